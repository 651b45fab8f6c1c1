import { built } from '../built.js'
import { select, sumOver } from '../expr/expr.js'
import { finite } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import { rule } from './rule.js'

/**
 * SPS₊, the Polyak step size of the loss's positive part. Garrigos, Gower & Schaipp 2023, https://arxiv.org/abs/2307.14528
 *
 *     Δθ = −max(loss − fMin, 0) / ‖g‖² · g          ‖g‖ of the whole tree; no step where ‖g‖² ≤ 2.2e-16
 *
 * Where the loss is no more than `fMin`, the batch's loss at the solution, nothing moves. Needs the loss.
 *
 * Where we differ: Optax bounds the rate, by 1 if nothing is said.
 */
export const polyakPlus = built('polyakPlus', [{ fMin: 'hyper' }], ({ fMin = 0 }: { fMin?: Hyper } = {}) =>
  rule({
    name: 'polyakPlus',
    hyper: { fMin },
    range: { fMin: finite },
    step: ({ g, loss, fMin }) => {
      const square = sumOver('tree', g.square())
      return { delta: g.mul(select(square.le(Number.EPSILON), 0, loss.sub(fMin).max(0).div(square))).neg() }
    },
  }),
)
