import { built } from '../built.js'
import type { Expr } from '../expr/expr.js'
import { fraction, nonNegative } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import type { Tensors } from '../tree.js'
import type { Adam } from './adam.js'
import { type Decay, decay } from './decay.js'
import { formula } from './formula.js'
import { named } from './fuse.js'
import { descent } from './lr.js'
import { debias, ema } from './moment.js'

/**
 * AdEMAMix: Adam with a second, slow average of gradients.
 * Pagliardini, Ablin & Grangier 2024, Algorithm 1, https://arxiv.org/abs/2409.03137
 *
 *     m1 ← b1 · m1 + (1 − b1) · g
 *     m2 ← b3 · m2 + (1 − b3) · g          never freed of its first 0
 *     v ← b2 · v + (1 − b2) · g²
 *     Δθ = −lr · ((m̂1 + alpha · m2) / (√v̂ + eps) + weightDecay · θ)          m̂1 = m1 / (1 − b1ᵗ), v̂ = v / (1 − b2ᵗ)
 *
 * Where we differ: nowhere from the paper, whose runs let alpha rise from 0 and b3 from b1 as schedules. Optax's alpha is 6 in
 * `scale_by_ademamix` and 5 in `ademamix`.
 */
export const ademamix = built(
  'ademamix',
  [
    {
      lr: 'hyper',
      b1: 'hyper',
      b2: 'hyper',
      b3: 'hyper',
      alpha: 'hyper',
      eps: 'hyper',
      weightDecay: 'hyper',
      where: 'where',
    },
  ],
  ({ lr = 0.001, b1 = 0.9, b2 = 0.999, b3 = 0.9999, alpha = 5, eps = 1e-8, weightDecay = 0, where }: Ademamix = {}) =>
    named<{ m1: Tensors; m2: Tensors; v: Tensors }>(
      'ademamix',
      formula({
        name: 'ademamix',
        hyper: { b1, b2, b3, alpha, eps },
        range: { b1: fraction, b2: fraction, b3: fraction, eps: nonNegative },
        slots: { m1: 0, m2: 0, v: 0 },
        step: ({ eps, ...symbols }) => {
          const { slots, mixed, vHat } = ademamixMoments(symbols)
          return { ...slots, delta: mixed.div(vHat.sqrt().add(eps)) }
        },
      }),
      decay({ weightDecay, where }),
      descent(lr),
    ),
)

/** AdEMAMix's slots after a gradient, and what its direction is made of. */
export const ademamixMoments = ({ g, t, b1, b2, b3, alpha, ...slot }: Symbols) => {
  const slots = { m1: ema(b1, slot.m1, g), m2: ema(b3, slot.m2, g), v: ema(b2, slot.v, g.square()) }
  const mixed = debias(b1, slots.m1, t).add(slots.m2.mul(alpha))
  return { slots, mixed, vHat: debias(b2, slots.v, t) }
}

type Symbols = Readonly<Record<'g' | 't' | 'b1' | 'b2' | 'b3' | 'alpha' | 'm1' | 'm2' | 'v', Expr>>

export interface Ademamix extends Adam, Partial<Decay> {
  readonly lr?: Hyper
  readonly b3?: Hyper
  /** How much the slow average weighs beside the fast one. */
  readonly alpha?: Hyper
}
