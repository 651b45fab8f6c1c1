import { built } from '../../built.js'
import type { Moments } from '../../rule/adam.js'
import { named } from '../../rule/fuse.js'
import { inProportion } from '../../rule/lamb.js'
import { descent } from '../../rule/lr.js'
import { type Betas, betaKinds, direction, type Masked, maskedKinds, type Rated } from './adam.js'
import { decayed } from './decayed.js'

/**
 * `optax.lamb` of 0.2.9, https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.lamb: ours, with an epsilon inside the root
 * too, √(v̂ + epsRoot) + eps.
 */
export const lamb = built(
  'optax.lamb',
  [{ learningRate: 'hyper!', ...betaKinds, ...maskedKinds }],
  ({ learningRate, eps = 1e-6, weightDecay = 0, mask = null, ...moments }: Betas & Rated & Masked) =>
    named<Moments>(
      'optax.lamb',
      direction('optax.lamb', { eps, ...moments }),
      decayed('optax.lamb', weightDecay, mask),
      inProportion,
      descent(learningRate),
    ),
)
