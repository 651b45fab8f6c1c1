import { built } from '../built.js'
import { select } from '../expr/expr.js'
import { nonNegative, positive } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import { perTree } from './formula.js'
import { rule } from './rule.js'

/**
 * FTRL-Proximal, with its exact zeros. McMahan et al. 2013, Algorithm 1, https://doi.org/10.1145/2487575.2488200
 *
 *     D(n) = (beta + √n) / lr
 *     z ← z + g − (D(n + g²) − D(n)) · θ
 *     n ← n + g²
 *     θ ← (clip(z, −l1, l1) − z) / (D(n) + l2)          0 where |z| ≤ l1
 *
 * Without l1 and l2 it is θ ← θ − g / D(n).
 *
 * Where we differ: the paper starts at θ = 0; here z starts where its θ is the given one. Where lr is a schedule, D(n) of before is
 * that of the lr of before. Keras starts n at 0.1 and z at 0, so that its first step forgets θ, and its l2 is half of ours.
 */
export const ftrl = built(
  'ftrl',
  [{ lr: 'hyper', beta: 'hyper', l1: 'hyper', l2: 'hyper' }],
  ({ lr = 0.1, beta = 1, l1 = 0, l2 = 0 }: Ftrl = {}) =>
    rule({
      name: 'ftrl',
      hyper: { lr, beta, l1, l2 },
      range: { lr: positive, beta: positive, l1: nonNegative, l2: nonNegative },
      slots: { z: 0, n: 0, last: perTree(0) },
      step: ({ g, theta, t, lr, beta, l1, l2, ...slot }) => {
        const first = t.le(1)
        const n = slot.n.add(g.square())
        const d = n.sqrt().add(beta).div(lr)
        const before = slot.n.sqrt().add(beta).div(first.select(lr, slot.last))
        const start = theta.mul(before.add(l2)).add(theta.sign().mul(l1)).neg()
        const z = select(first, start, slot.z).add(g).sub(d.sub(before).mul(theta))
        const next = z.min(l1).max(l1.neg()).sub(z).div(d.add(l2))
        return { z, n, last: lr, delta: next.sub(theta) }
      },
    }),
)

export interface Ftrl {
  readonly lr?: Hyper
  readonly beta?: Hyper
  readonly l1?: Hyper
  readonly l2?: Hyper
}
