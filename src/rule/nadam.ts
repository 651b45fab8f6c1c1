import { built } from '../built.js'
import type { Expr } from '../expr/expr.js'
import { fraction, nonNegative } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import type { Adam, Moments } from './adam.js'
import { type Decay, decay } from './decay.js'
import { formula } from './formula.js'
import { named } from './fuse.js'
import { descent } from './lr.js'
import { complement, debias, ema } from './moment.js'

/**
 * NAdam: Adam that looks ahead. Dozat 2016, Algorithm 2, https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ
 *
 *     m ← b1 · m + (1 − b1) · g
 *     v ← b2 · v + (1 − b2) · g²
 *     m̂ = b1 · m / (1 − b1ᵗ⁺¹) + (1 − b1) · g / (1 − b1ᵗ)          the m of the next update, with this g for the next
 *     v̂ = v / (1 − b2ᵗ)
 *     Δθ = −lr · m̂ / (√v̂ + eps)
 *
 * Where we differ: the paper's b1 may change with t, and its products take the place of the powers; ours is taken at t
 * throughout, as in Optax. PyTorch and Keras have a schedule of their own in m̂, b1 · (1 − 0.96ᵗ / 2), with t times
 * 0.004 in PyTorch.
 */
export const nadam = built(
  'nadam',
  [{ lr: 'hyper', b1: 'hyper', b2: 'hyper', eps: 'hyper' }],
  ({ lr = 0.002, ...moments }: Adam & { lr?: Hyper } = {}) => named<Moments>('nadam', algorithm2(moments), descent(lr)),
)

/** With decoupled weight decay, as AdamW: Δθ = −lr · (m̂ / (√v̂ + eps) + weightDecay · θ). */
export const nadamw = built(
  'nadamw',
  [{ lr: 'hyper', b1: 'hyper', b2: 'hyper', eps: 'hyper', weightDecay: 'hyper', where: 'where' }],
  ({ lr = 0.002, weightDecay = 0.01, where, ...moments }: Adam & Partial<Decay> & { lr?: Hyper } = {}) =>
    named<Moments>('nadamw', algorithm2(moments), decay({ weightDecay, where }), descent(lr)),
)

const algorithm2 = ({ b1 = 0.9, b2 = 0.999, eps = 1e-8 }: Adam) =>
  formula({
    name: 'nadam',
    hyper: { b1, b2, eps },
    range: { b1: fraction, b2: fraction, eps: nonNegative },
    slots: { m: 0, v: 0 },
    step: ({ g, t, b1, b2, eps, ...slot }) => {
      const m = ema(b1, slot.m, g)
      const v = ema(b2, slot.v, g.square())
      return { m, v, delta: ahead(b1, m, g, t).div(debias(b2, v, t).sqrt().add(eps)) }
    },
  })

/** m̂ as it will be after the next update, if that has the same gradient. */
export const ahead = (b1: Expr, m: Expr, g: Expr, t: Expr): Expr =>
  debias(b1, m, t.add(1))
    .mul(b1)
    .add(debias(b1, g, t).mul(complement(b1)))
