import { built } from '../built.js'
import { sumOver } from '../expr/expr.js'
import { check } from '../schedule/check.js'
import { fraction, nonNegative, positive } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import type { Adam } from './adam.js'
import { perTree } from './formula.js'
import { complement, ema } from './moment.js'
import { rule } from './rule.js'

/**
 * D-Adapted AdamW. Defazio & Mishchenko 2023, Algorithm 5, https://arxiv.org/abs/2301.07733
 *
 *     a = d · lr                                d: the distance to the solution at least, ‖·‖∞, which only grows
 *     m ← b1 · m + (1 − b1) · a · g
 *     v ← b2 · v + (1 − b2) · g²
 *     r ← √b2 · r + (1 − √b2) · a · ⟨g, s / (√v + eps)⟩
 *     s ← √b2 · s + (1 − √b2) · a · g
 *     d ← max(d, r / ((1 − √b2) · ‖s‖₁))
 *     Δθ = −m / (√v + eps) − weightDecay · a · θ
 *
 * `lr` stays 1, or is a schedule of which 1 is the highest value.
 *
 * Where we differ: the decay is that of the authors' code. That and Optax have the old v under s, and Adam's bias
 * corrections in a.
 */
export interface DAdaptation extends Adam {
  readonly lr?: Hyper
  readonly weightDecay?: Hyper
  /** Where d starts: less than the distance to the solution. */
  readonly d0?: number
}

export const dAdaptation = built(
  'dAdaptation',
  [{ lr: 'hyper', b1: 'hyper', b2: 'hyper', eps: 'hyper', weightDecay: 'hyper', d0: 'number' }],
  ({ lr = 1, b1 = 0.9, b2 = 0.999, eps = 1e-8, weightDecay = 0, d0 = 1e-6 }: DAdaptation = {}) => {
    check('dAdaptation', positive, { d0 })
    return rule({
      name: 'dAdaptation',
      hyper: { lr, b1, b2, eps, weightDecay },
      range: { lr: nonNegative, b1: fraction, b2: fraction, eps: nonNegative, weightDecay: nonNegative },
      slots: { m: 0, v: 0, s: 0, r: perTree(0), d: perTree(d0) },
      step: ({ g, theta, lr, b1, b2, eps, weightDecay, ...slot }) => {
        const a = slot.d.mul(lr)
        const root = b2.sqrt()
        const m = ema(b1, slot.m, g.mul(a))
        const v = ema(b2, slot.v, g.square())
        const scale = v.sqrt().add(eps)
        const r = ema(root, slot.r, a.mul(sumOver('tree', g.mul(slot.s.div(scale)))))
        const s = ema(root, slot.s, g.mul(a))
        const size = sumOver('tree', s.abs())
        const d = size.gt(0).select(slot.d.max(r.div(complement(root).mul(size))), slot.d)
        const step = m.div(scale).add(theta.mul(a.mul(weightDecay)))
        return { m, v, s, r, d, delta: step.neg() }
      },
    })
  },
)
