import { built } from '../built.js'
import { sumOver } from '../expr/expr.js'
import { mistake } from '../failure.js'
import { formula, perTree } from '../rule/formula.js'
import { held } from '../rule/gated.js'
import { fromRule } from '../rule/rule.js'
import { wholeFrom } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import type { Optimizer } from './optimizer.js'

/**
 * Updates whose gradient is not finite everywhere are left out: θ and the optimizer's state stay, and its t and its schedules
 * count the updates that were made.
 *
 *     bad ← 0 where all g are finite, else bad + 1
 *     Δθ = optimizer(g) where all g are finite or bad > limit, else 0
 *
 * After more than `limit` of them in a row it is made after all, so that what is wrong comes to be seen.
 *
 * @throws where the optimizer is no formula.
 */
export const skipNonFinite = built(
  'skipNonFinite',
  ['optimizer!', { limit: 'hyper' }],
  (
    optimizer: Optimizer,
    { limit = Number.MAX_SAFE_INTEGER }: { limit?: Hyper } = {},
  ): Optimizer<readonly unknown[]> => {
    const { rule } = optimizer
    if (!rule) throw mistake('skipNonFinite', 'the optimizer has no rule', 'one that is a formula')
    const own = formula({
      name: 'skipNonFinite',
      hyper: { limit },
      range: { limit: wholeFrom(0) },
      slots: { bad: perTree(0), made: perTree(0) },
      step: ({ g, bad, made, limit }) => {
        const finite = sumOver('tree', g.isFinite().eq(0)).eq(0)
        const inRow = finite.select(0, bad.add(1))
        return { bad: inRow, made: made.add(finite.max(inRow.gt(limit))), delta: g }
      },
    })
    return fromRule(
      held({
        own,
        rule,
        join: (symbols) => ({
          g: symbols.next('delta'),
          when: symbols.next('made').gt(symbols.of('made')),
          clock: { t: symbols.next('made') },
          otherwise: 0,
        }),
      }),
    ) as Optimizer<readonly unknown[]>
  },
)
