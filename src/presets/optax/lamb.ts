import { built } from '../../built.js'
import type { Moments } from '../../rule/adam.js'
import { named } from '../../rule/fuse.js'
import { inProportion } from '../../rule/lamb.js'
import { descent } from '../../rule/lr.js'
import { direction, type Masked, type Rated, type ScaleByAdam } from './adam.js'
import { decayed } from './decayed.js'

type Lamb = Rated & Masked & Omit<ScaleByAdam, 'nesterov'>

/** `optax.lamb` of 0.2.9. https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.lamb */
export const lamb = built(
  'optax.lamb',
  [
    {
      learningRate: 'hyper!',
      b1: 'hyper',
      b2: 'hyper',
      eps: 'hyper',
      epsRoot: 'hyper',
      weightDecay: 'hyper',
      mask: 'tree',
    },
  ],
  ({ learningRate, eps = 1e-6, weightDecay = 0, mask = null, ...moments }: Lamb) =>
    named<Moments>(
      'optax.lamb',
      direction('optax.lamb', { eps, ...moments }),
      decayed('optax.lamb', weightDecay, mask),
      inProportion,
      descent(learningRate),
    ),
)
