import type { Tensor } from '@tensorflow/tfjs-core'
import { built } from '../built.js'
import { sumOver } from '../expr/expr.js'
import { formula, perTree } from '../rule/formula.js'
import { held } from '../rule/gated.js'
import { fromRule } from '../rule/rule.js'
import { wholeFrom } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import { apart, type Slots } from './apart.js'
import type { Optimizer } from './optimizer.js'

/**
 * Updates whose gradient is not finite everywhere are left out: θ and the optimizer's state stay, and its t and its schedules
 * count the updates that were made.
 *
 *     bad ← 0 where all g are finite, else bad + 1
 *     Δθ = optimizer(g) where all g are finite or bad > limit, else 0
 *
 * After more than `limit` of them in a row it is made after all, so that what is wrong comes to be seen.
 */
export const skipNonFinite = built(
  'skipNonFinite',
  ['optimizer!', { limit: 'hyper' }],
  (
    optimizer: Optimizer,
    { limit = Number.MAX_SAFE_INTEGER }: { limit?: Hyper } = {},
  ): Optimizer<readonly unknown[]> => {
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
    if (!optimizer.rule)
      return apart(own, optimizer, {
        clock: (_, before) => madeIn(before) + 1,
        steps: (_, before, after) => madeIn(after) > madeIn(before),
      })
    return fromRule(
      held({
        own,
        rule: optimizer.rule,
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

const madeIn = ({ made }: Slots): number => (made as Tensor).dataSync()[0] as number
