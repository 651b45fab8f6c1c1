import { built } from '../built.js'
import type { Expr } from '../expr/expr.js'
import { fraction, nonNegative } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import type { Adam, Moments } from './adam.js'
import { type Decay, decay } from './decay.js'
import { formula } from './formula.js'
import { named } from './fuse.js'
import { descent } from './lr.js'
import { debias, ema } from './moment.js'

/**
 * Simplified AdEMAMix: one buffer, and the newest gradient beside it.
 * Morwani, Vyas, Zhang & Kakade 2025, https://arxiv.org/abs/2502.02431
 *
 *     m ← b1 · m + g          a sum, not an average: lr is smaller than Adam's by 1 / (1 − b1)
 *     v ← b2 · v + (1 − b2) · g²
 *     Δθ = −lr · ((m + alpha · g) / (√v̂ + eps) + weightDecay · θ)          v̂ = v / (1 − b2ᵗ)
 *
 * Where we differ: nowhere from Optax, but for its second eps inside the root.
 */
export const simplifiedAdemamix = built(
  'simplifiedAdemamix',
  [{ lr: 'hyper', b1: 'hyper', b2: 'hyper', alpha: 'hyper', eps: 'hyper', weightDecay: 'hyper', where: 'where' }],
  ({ lr = 1e-5, b1 = 0.99, b2 = 0.95, alpha = 0, eps = 1e-8, weightDecay = 0, where }: SimplifiedAdemamix = {}) =>
    named<Moments>(
      'simplifiedAdemamix',
      formula({
        name: 'simplifiedAdemamix',
        hyper: { b1, b2, alpha, eps },
        range: { b1: fraction, b2: fraction, eps: nonNegative },
        slots: { m: 0, v: 0 },
        step: ({ eps, ...symbols }) => {
          const { slots, mixed, vHat } = simplifiedAdemamixMoments(symbols)
          return { ...slots, delta: mixed.div(vHat.sqrt().add(eps)) }
        },
      }),
      decay({ weightDecay, where }),
      descent(lr),
    ),
)

/** The slots after a gradient, and what the direction is made of. */
export const simplifiedAdemamixMoments = ({ g, t, b1, b2, alpha, ...slot }: Symbols) => {
  const slots = { m: slot.m.mul(b1).add(g), v: ema(b2, slot.v, g.square()) }
  return { slots, mixed: slots.m.add(g.mul(alpha)), vHat: debias(b2, slots.v, t) }
}

type Symbols = Readonly<Record<'g' | 't' | 'b1' | 'b2' | 'alpha' | 'm' | 'v', Expr>>

export interface SimplifiedAdemamix extends Adam, Partial<Decay> {
  readonly lr?: Hyper
  /** How much the newest gradient weighs beside the buffer, in which it is once already. */
  readonly alpha?: Hyper
}
