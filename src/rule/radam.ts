import { built } from '../built.js'
import { type Expr, literal } from '../expr/expr.js'
import { fraction, nonNegative } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import type { Adam, Moments } from './adam.js'
import { formula } from './formula.js'
import { named } from './fuse.js'
import { descent } from './lr.js'
import { complement, debias, ema } from './moment.js'

/**
 * RAdam: Adam that waits for its variance to be known. Liu et al. 2020, Algorithm 2, https://arxiv.org/abs/1908.03265
 *
 *     m ← b1 · m + (1 − b1) · g          m̂ = m / (1 − b1ᵗ)
 *     v ← b2 · v + (1 − b2) · g²         v̂ = v / (1 − b2ᵗ)
 *     ρ∞ = 2 / (1 − b2) − 1
 *     ρ = ρ∞ − 2t · b2ᵗ / (1 − b2ᵗ)          how many gradients v̂ is worth
 *     r = √((ρ − 4)(ρ − 2) ρ∞ / ((ρ∞ − 4)(ρ∞ − 2) ρ))
 *     Δθ = −lr · r · m̂ / (√v̂ + eps)          where ρ > 4
 *     Δθ = −lr · m̂                           elsewhere
 *
 * At b2 = 0.999 that is from the 5th update on; at b2 ≤ 0.6 never.
 *
 * Where we differ: the paper has no eps. PyTorch rectifies where ρ > 5 and adds eps to √v; Optax where ρ ≥ 5.
 */
export const radam = built(
  'radam',
  [{ lr: 'hyper', b1: 'hyper', b2: 'hyper', eps: 'hyper' }],
  ({ lr = 0.001, ...moments }: Adam & { lr?: Hyper } = {}) => named<Moments>('radam', algorithm2(moments), descent(lr)),
)

const algorithm2 = ({ b1 = 0.9, b2 = 0.999, eps = 1e-8 }: Adam) =>
  formula({
    name: 'radam',
    hyper: { b1, b2, eps },
    range: { b1: fraction, b2: fraction, eps: nonNegative },
    slots: { m: 0, v: 0 },
    step: ({ g, t, b1, b2, eps, ...slot }) => {
      const m = ema(b1, slot.m, g)
      const v = ema(b2, slot.v, g.square())
      const mHat = debias(b1, m, t)
      const { rho, r } = rectified(b2, t)
      return { m, v, delta: rho.gt(4).select(mHat.mul(r).div(debias(b2, v, t).sqrt().add(eps)), mHat) }
    },
  })

/** ρ, and r, which is a number where ρ > 4 only. */
export const rectified = (b2: Expr, t: Expr) => {
  const most = literal(2).div(complement(b2)).sub(1)
  const rho = most.sub(debias(b2, t.mul(2).mul(b2.pow(t)), t))
  const of = (x: Expr) => x.sub(4).mul(x.sub(2))
  return { rho, r: of(rho).mul(most).div(of(most).mul(rho)).sqrt() }
}
