import { built } from '../built.js'
import { sumOver } from '../expr/expr.js'
import { check } from '../schedule/check.js'
import { nonNegative, positive } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import { perTree } from './formula.js'
import { norm } from './moment.js'
import { rule } from './rule.js'

/**
 * DoG: distance over gradients. Ivgi, Hinder & Carmon 2023, Algorithm 1, https://arxiv.org/abs/2302.12022
 *
 *     r ← max(r, ‖θ − x0‖, rEps · (1 + ‖x0‖))          x0: where θ started
 *     G ← G + ‖g‖²                                     norms of the whole tree
 *     Δθ = −lr · r / √(G + eps) · g
 *
 * There is nothing to tune: `lr` stays 1. The authors evaluate an average of the iterates, and take an rEps of 1e-4 where
 * there is batch normalization.
 */
export interface Dog {
  readonly lr?: Hyper
  /** How far the first step goes, relative to 1 + ‖x0‖. */
  readonly rEps?: number
  readonly eps?: Hyper
}

export const dog = built(
  'dog',
  [{ lr: 'hyper', rEps: 'number', eps: 'hyper' }],
  ({ lr = 1, rEps = 1e-6, eps = 1e-8 }: Dog = {}) => {
    check('dog', positive, { rEps })
    return rule({
      name: 'dog',
      hyper: { lr, eps },
      range: { lr: nonNegative, eps: nonNegative },
      slots: { x0: 'theta', r: perTree(0), G: perTree(0) },
      step: ({ g, theta, x0, lr, eps, ...slot }) => {
        const r = slot.r.max(norm('tree', theta.sub(x0))).max(norm('tree', x0).add(1).mul(rEps))
        const G = slot.G.add(sumOver('tree', g.square()))
        return { x0, r, G, delta: g.mul(r.div(G.add(eps).sqrt()).mul(lr)).neg() }
      },
    })
  },
)
