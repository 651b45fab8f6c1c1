import { built } from '../../built.js'
import type { Optimizer } from '../../optimizer/optimizer.js'
import type { Adam } from '../../rule/adam.js'
import { algorithm2, type Moments } from '../../rule/adamax.js'
import { named } from '../../rule/fuse.js'
import { descent } from '../../rule/lr.js'
import { fromRule } from '../../rule/rule.js'
import { type Masked, maskedKinds, type Rated } from './adam.js'
import { decayed } from './decayed.js'

/** Optax 0.2.9's AdaMax, which is ours, https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.adamax */

/** `optax.scale_by_adamax`. */
export const scaleByAdamax = built(
  'optax.scaleByAdamax',
  [{ b1: 'hyper', b2: 'hyper', eps: 'hyper' }],
  (options: Adam = {}) => fromRule({ ...algorithm2(options), name: 'optax.scaleByAdamax' }) as Optimizer<Moments>,
)

/** `optax.adamax`. */
export const adamax = built(
  'optax.adamax',
  [{ learningRate: 'hyper!', b1: 'hyper', b2: 'hyper', eps: 'hyper' }],
  ({ learningRate, ...options }: Adam & Rated) =>
    named<Moments>('optax.adamax', algorithm2(options), descent(learningRate)),
)

/** `optax.adamaxw`. */
export const adamaxw = built(
  'optax.adamaxw',
  [{ learningRate: 'hyper!', b1: 'hyper', b2: 'hyper', eps: 'hyper', ...maskedKinds }],
  ({ learningRate, weightDecay = 1e-4, mask = null, ...options }: Adam & Rated & Masked) => {
    const name = 'optax.adamaxw'
    return named<Moments>(name, algorithm2(options), decayed(name, weightDecay, mask), descent(learningRate))
  },
)
