import { built } from '../built.js'
import { unit } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import type { Tensors } from '../tree.js'
import type { Adam } from './adam.js'
import { type Decay, decay } from './decay.js'
import { formula } from './formula.js'
import { named } from './fuse.js'
import { descent } from './lr.js'
import { ema } from './moment.js'

/**
 * Lion. Chen et al. 2023, Algorithm 2, https://arxiv.org/abs/2302.06675
 *
 *     Δθ = −lr · (sign(b1 · m + (1 − b1) · g) + weightDecay · θ)          by the m of before
 *     m ← b2 · m + (1 − b2) · g
 *
 * Where we differ: `weightDecay` is 0 as in Keras; Optax's is 0.001.
 */
export const lion = built(
  'lion',
  [{ lr: 'hyper', b1: 'hyper', b2: 'hyper', weightDecay: 'hyper', where: 'where' }],
  ({ lr = 1e-4, weightDecay = 0, where, ...moments }: Lion = {}) =>
    named<{ m: Tensors }>('lion', lionDirection(moments), decay({ weightDecay, where }), descent(lr)),
)

export const lionDirection = ({ b1 = 0.9, b2 = 0.99 }: Pick<Lion, 'b1' | 'b2'>) =>
  formula({
    name: 'scaleByLion',
    hyper: { b1, b2 },
    range: { b1: unit, b2: unit },
    slots: { m: 0 },
    step: ({ g, m, b1, b2 }) => ({ m: ema(b2, m, g), delta: ema(b1, m, g).sign() }),
  })

export interface Lion extends Pick<Adam, 'b1' | 'b2'>, Partial<Decay> {
  readonly lr?: Hyper
}
