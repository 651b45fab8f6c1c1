import { built } from '../built.js'
import { sumOver } from '../expr/expr.js'
import { check } from '../schedule/check.js'
import { fraction, nonNegative, positive } from '../schedule/range.js'
import type { DAdaptation } from './dadaptation.js'
import { perTree } from './formula.js'
import { ema } from './moment.js'
import { rule } from './rule.js'

/**
 * Prodigy, with Adam. Mishchenko & Defazio 2023, Algorithm 4, https://arxiv.org/abs/2306.06101
 *
 *     m ← b1 · m + (1 − b1) · d · g
 *     v ← b2 · v + (1 − b2) · d² · g²
 *     r ← √b2 · r + (1 − √b2) · lr · d² · ⟨g, x0 − θ⟩          x0: where θ started
 *     s ← √b2 · s + (1 − √b2) · lr · d² · g
 *     Δθ = −lr · d · (m / (√v + d · eps) + weightDecay · θ)
 *     d ← max(d, r / ‖s‖₁)                                      the distance to the solution at least
 *
 * `lr` stays 1, or is a schedule of which 1 is the highest value.
 *
 * Where we differ: the authors' code and Optax have Adam's bias corrections in lr, and the new d beside eps.
 */
export type Prodigy = DAdaptation

export const prodigy = built(
  'prodigy',
  [{ lr: 'hyper', b1: 'hyper', b2: 'hyper', eps: 'hyper', weightDecay: 'hyper', d0: 'number' }],
  ({ lr = 1, b1 = 0.9, b2 = 0.999, eps = 1e-8, weightDecay = 0, d0 = 1e-6 }: Prodigy = {}) => {
    check('prodigy', positive, { d0 })
    return rule({
      name: 'prodigy',
      hyper: { lr, b1, b2, eps, weightDecay },
      range: { lr: nonNegative, b1: fraction, b2: fraction, eps: nonNegative, weightDecay: nonNegative },
      slots: { x0: 'theta', m: 0, v: 0, s: 0, r: perTree(0), d: perTree(d0) },
      step: ({ g, theta, x0, lr, b1, b2, eps, weightDecay, ...slot }) => {
        const weight = slot.d.square().mul(lr)
        const root = b2.sqrt()
        const m = ema(b1, slot.m, g.mul(slot.d))
        const v = ema(b2, slot.v, g.mul(slot.d).square())
        const r = ema(root, slot.r, weight.mul(sumOver('tree', g.mul(x0.sub(theta)))))
        const s = ema(root, slot.s, g.mul(weight))
        const size = sumOver('tree', s.abs())
        const d = size.gt(0).select(slot.d.max(r.div(size)), slot.d)
        const direction = m.div(v.sqrt().add(slot.d.mul(eps))).add(theta.mul(weightDecay))
        return { x0, m, v, s, r, d, delta: direction.mul(slot.d.mul(lr)).neg() }
      },
    })
  },
)
