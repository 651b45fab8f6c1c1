import type { Expr } from '../expr/expr.js'
import { substitute } from '../expr/fold.js'
import { unit } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import { formula, g, type Rule } from './formula.js'
import { complement } from './moment.js'
import { ofPart, placed, united } from './part.js'

/**
 * Two steps as one, weighted: (1 − w) · g + w · θ, with one in the place of g and the other in that of θ.
 *
 * A step of weight 0 has no say, not even where it is infinite.
 */
export const weighted = (w: Hyper): Rule =>
  formula({
    name: 'blend',
    hyper: { w },
    range: { w: unit },
    step: ({ g, theta, w }) => {
      const both = g.mul(complement(w)).add(theta.mul(w))
      return { delta: w.le(0).select(g, w.ge(1).select(theta, both)) }
    },
  })

/** Rules side by side as one rule: both are fed with the same `g`, and their deltas are weighted. */
export const blended = (w: Hyper, rules: readonly [Rule, Rule]): Rule => {
  const { name, hyper, step } = weighted(w)
  const parts = rules.map((rule, i) => placed(rule, g, (own) => ofPart(i, own)))
  const [a, b] = parts.map((part) => part.step.delta) as [Expr, Expr]
  const whole = united(name, parts, substitute({ g: a, theta: b })(step.delta as Expr))
  return { ...whole, hyper: { ...hyper, ...whole.hyper }, parts: rules }
}
