import { built } from '../built.js'
import { select, sumOver } from '../expr/expr.js'
import { finite, positive } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import { rule } from './rule.js'

/**
 * SPS_max, the stochastic Polyak step size. Loizou, Vaswani, Laradji & Lacoste-Julien 2021, equation 3,
 * https://arxiv.org/abs/2002.10542
 *
 *     Δθ = −min((loss − fMin) / (c · ‖g‖²), maxLr) · g          ‖g‖ of the whole tree; no step where ‖g‖² ≤ 2.2e-16
 *
 * `fMin` is the least that a batch's loss can be: 0 for those that are not negative. At c = ½, the theorem's, one step solves
 * f(x) = a·x²/2. Needs the loss.
 *
 * Where we differ: Optax has c = 1, Polyak's own, and its eps is added to ‖g‖². A loss below fMin ascends; see `polyakPlus`.
 */
export interface Polyak {
  readonly maxLr?: Hyper
  readonly fMin?: Hyper
  readonly c?: Hyper
}

export const polyak = built(
  'polyak',
  [{ maxLr: 'hyper', fMin: 'hyper', c: 'hyper' }],
  ({ maxLr = 1, fMin = 0, c = 0.5 }: Polyak = {}) =>
    rule({
      name: 'polyak',
      hyper: { maxLr, fMin, c },
      range: { maxLr: positive, fMin: finite, c: positive },
      step: ({ g, loss, maxLr, fMin, c }) => {
        const square = sumOver('tree', g.square())
        const lr = select(square.le(Number.EPSILON), 0, loss.sub(fMin).div(square.mul(c)).min(maxLr))
        return { delta: g.mul(lr).neg() }
      },
    }),
)
