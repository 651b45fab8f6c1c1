import { built } from '../../built.js'
import { select, variable } from '../../expr/expr.js'
import { mistake } from '../../failure.js'
import { chain } from '../../optimizer/chain.js'
import type { Optimizer } from '../../optimizer/optimizer.js'
import { formula, mapRecord, type Rule, theta } from '../../rule/formula.js'
import { held } from '../../rule/gated.js'
import { lookahead as slow } from '../../rule/lookahead.js'
import { ofPart } from '../../rule/part.js'
import { fromRule } from '../../rule/rule.js'
import { check } from '../../schedule/check.js'
import { unit, wholeFrom } from '../../schedule/range.js'

export interface Lookahead {
  readonly fastOptimizer: Optimizer
  readonly syncPeriod: number
  readonly slowStepSize: number
  /** Whether the fast optimizer begins anew at each synchronization. */
  readonly resetState?: boolean
}

/**
 * Optax 0.2.9's `lookahead`. https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.lookahead
 *
 * Where it differs: θ are the fast weights, the slow ones are the state's and what `readout` gives; Optax hands both about.
 */
export const lookahead = built(
  'optax.lookahead',
  [{ fastOptimizer: 'optimizer!', syncPeriod: 'number!', slowStepSize: 'number!', resetState: 'flag' }],
  ({ fastOptimizer, syncPeriod, slowStepSize, resetState = false }: Lookahead): Optimizer => {
    const who = 'optax.lookahead'
    check(who, wholeFrom(1), { syncPeriod })
    check(who, unit, { slowStepSize })
    const { rule } = fastOptimizer
    if (!rule && resetState)
      throw mistake(who, 'fastOptimizer has no rule', 'one that is a formula, to reset its state')
    const fast = rule && resetState ? fromRule(forgetting(rule, syncPeriod)) : fastOptimizer
    return chain(fast, slow({ k: syncPeriod, alpha: slowStepSize }))
  },
)

/** A rule that begins anew after every so many updates: its slots, and its t. */
const forgetting = (rule: Rule, period: number): Rule => {
  const sinceSync = (t: number) => ((t - 1) % period) + 1
  const own = formula({
    name: 'lookahead',
    hyper: { sinceSync, last: (t) => (t % period === 0 ? 1 : 0) },
    step: ({ g }) => ({ delta: g }),
  })
  const whole = held({
    own,
    rule,
    join: (symbols) => ({
      g: symbols.next('delta'),
      clock: { t: symbols.of('sinceSync'), at: sinceSync },
    }),
  })
  const last = variable(ofPart(0, 'last'), 'tree')
  const step = mapRecord(whole.step, (next, name) => {
    const start = whole.slots[name]?.start
    return start === undefined ? next : select(last, start === 'theta' ? theta : start, next)
  })
  return { ...whole, step }
}
