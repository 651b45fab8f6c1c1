import { built } from '../built.js'
import type { Hyper } from '../schedule/schedule.js'
import { type Adam, algorithm1, type Moments } from './adam.js'
import { type Decay, decay } from './decay.js'
import { named } from './fuse.js'
import { descent } from './lr.js'

/**
 * AdamW: Adam with decoupled weight decay. Loshchilov & Hutter 2019, Algorithm 2, https://arxiv.org/abs/1711.05101
 *
 *     Δθ = −lr · (m̂ / (√v̂ + eps) + weightDecay · θ)          m̂, v̂ as in Adam, untouched by the decay
 *
 * Where we differ: the paper decays by λ · θ times a schedule multiplier that lr shares; here, as in PyTorch, Keras and
 * Optax, the decay is multiplied by lr itself. `weightDecay` 0.01 is PyTorch's.
 */
export const adamw = built(
  'adamw',
  [{ lr: 'hyper', b1: 'hyper', b2: 'hyper', eps: 'hyper', weightDecay: 'hyper', where: 'where' }],
  ({ lr = 0.001, weightDecay = 0.01, where, ...moments }: Adam & Partial<Decay> & { lr?: Hyper } = {}) =>
    named<Moments>('adamw', algorithm1(moments), decay({ weightDecay, where }), descent(lr)),
)
