import { built } from '../../built.js'
import { type Expr, select, variable } from '../../expr/expr.js'
import { substitute } from '../../expr/fold.js'
import { mistake } from '../../failure.js'
import type { Optimizer } from '../../optimizer/optimizer.js'
import { formula, g, mapRecord, type Rule, theta } from '../../rule/formula.js'
import { type Clock, ofPart, placed, united } from '../../rule/part.js'
import { fromRule } from '../../rule/rule.js'
import { check } from '../../schedule/check.js'
import { wholeFrom } from '../../schedule/range.js'

export interface Sam {
  readonly optimizer: Optimizer
  readonly advOptimizer: Optimizer
  readonly syncPeriod?: number
  /** Whether the adversary begins anew with every period. */
  readonly resetState?: boolean
}

/**
 * Optax 0.2.9's `contrib.sam`, in its transparent mode: of every `syncPeriod` updates all but the last climb by the adversary's
 * steps, turned round, and the last steps down from where the period began.
 * https://optax.readthedocs.io/en/latest/api/contrib.html#optax.contrib.sam
 *
 *     Δθ = −adversary(g)                          not the last
 *     Δθ = cache − θ + optimizer(g at cache)      the last;  cache ← θ at the first
 *
 * Where it differs: the opaque mode, which takes its gradients itself, is our `sam`, a transformation with a probe.
 *
 * @throws where one of the two is no formula.
 */
export const sam = built(
  'optax.sam',
  [{ optimizer: 'optimizer!', advOptimizer: 'optimizer!', syncPeriod: 'number', resetState: 'flag' }],
  ({ optimizer, advOptimizer, syncPeriod = 2, resetState = true }: Sam): Optimizer => {
    const who = 'optax.sam'
    check(who, wholeFrom(1), { syncPeriod })
    for (const [name, { rule }] of Object.entries({ optimizer, advOptimizer }))
      if (!rule) throw mistake(who, `${name} has no rule`, 'one that is a formula')
    return fromRule(transparent(optimizer.rule as Rule, advOptimizer.rule as Rule, syncPeriod, resetState))
  },
)

const transparent = (descent: Rule, adversary: Rule, period: number, reset: boolean): Rule => {
  const inPeriod = (t: number) => ((t - 1) % period) + 1
  const periods = (t: number) => Math.ceil(t / period)
  const climbs = reset ? inPeriod : (t: number) => (periods(t) - 1) * (period - 1) + inPeriod(t)
  const own = formula({
    name: 'sam',
    hyper: {
      first: (t) => (inPeriod(t) === 1 ? 1 : 0),
      last: (t) => (inPeriod(t) === period ? 1 : 0),
      periods,
      climbs,
    },
    slots: { cache: 'theta' },
    step: ({ theta, cache, first, g }) => ({ cache: first.select(theta, cache), delta: g }),
  })
  const clock = (name: string, at: (t: number) => number): Clock => ({ t: variable(ofPart(0, name), 'tree'), at })
  const mine = placed(own, g, (name) => ofPart(0, name))
  const cache = variable(ofPart(0, 'cache'), 'element')
  const last = variable(ofPart(0, 'last'), 'tree')
  const part = (rule: Rule, i: number, at: Clock): Rule => placed(rule, g, (name) => ofPart(i, name), at)
  const down = part(descent, 1, clock('periods', periods))
  const up = part(adversary, 2, clock('climbs', climbs))
  const slot = (rule: Rule, name: string): Expr => variable(name, rule.slots[name]?.per ?? 'element')
  const fresh = (name: string): Expr | number => {
    const start = up.slots[name]?.start as number | 'theta'
    return start === 'theta' ? theta : start
  }
  const atCache = substitute({ theta: cache })
  const downs = mapRecord(down.step, (next, name) =>
    name === 'delta' ? cache.sub(theta).add(atCache(next)) : select(last, atCache(next), slot(down, name)),
  )
  const ups = mapRecord(up.step, (next, name) =>
    name === 'delta' ? next.neg() : select(last, reset ? fresh(name) : slot(up, name), next),
  )
  const delta = select(last, downs.delta as Expr, ups.delta as Expr)
  const parts = [mine, { ...down, step: downs }, { ...up, step: ups }]
  return { ...united('sam', parts, delta), parts: [own, descent, adversary] }
}
