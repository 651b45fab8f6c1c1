import { built } from '../built.js'
import { sumOver } from '../expr/expr.js'
import { check } from '../schedule/check.js'
import { nonNegative, positive } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import { perTree } from './formula.js'
import { rule } from './rule.js'

/**
 * DoWG: distance over weighted gradients. Khaled, Mishchenko & Jin 2023, Algorithm 1, https://arxiv.org/abs/2305.16284
 *
 *     r² ← max(r², ‖θ − x0‖²)          x0: where θ started; r is rEps at first
 *     v ← v + r² · ‖g‖²                norms of the whole tree
 *     Δθ = −lr · r² / (√v + eps) · g
 *
 * There is nothing to tune: `lr` stays 1. `rEps` 0.01 is that of the authors' code, the paper names none.
 *
 * Where we differ: eps only keeps 0 from being divided by 0; the paper has none, the authors' code and Optax have 1e-4.
 */
export interface Dowg {
  readonly lr?: Hyper
  /** The distance to the solution at least. */
  readonly rEps?: number
  readonly eps?: Hyper
}

export const dowg = built(
  'dowg',
  [{ lr: 'hyper', rEps: 'number', eps: 'hyper' }],
  ({ lr = 1, rEps = 0.01, eps = 1e-8 }: Dowg = {}) => {
    check('dowg', positive, { rEps })
    return rule({
      name: 'dowg',
      hyper: { lr, eps },
      range: { lr: nonNegative, eps: nonNegative },
      slots: { x0: 'theta', r2: perTree(rEps ** 2), v: perTree(0) },
      step: ({ g, theta, x0, lr, eps, ...slot }) => {
        const r2 = slot.r2.max(sumOver('tree', theta.sub(x0).square()))
        const v = slot.v.add(r2.mul(sumOver('tree', g.square())))
        return { x0, r2, v, delta: g.mul(r2.div(v.sqrt().add(eps)).mul(lr)).neg() }
      },
    })
  },
)
