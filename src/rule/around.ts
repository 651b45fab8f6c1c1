import type { Expr } from '../expr/expr.js'
import { g, type Rule } from './formula.js'
import { ofPart, placed, united } from './part.js'

/**
 * A rule around another: `outer` is made with the step of `inner` as a term, and hears the same gradient. The state is the
 * pair of both states.
 */
export const around = (inner: Rule, outer: (u: Expr) => Rule): Rule => {
  const base = placed(inner, g, (own) => ofPart(1, own))
  const whole = outer(base.step.delta as Expr)
  const tuner = placed(whole, g, (own) => ofPart(0, own))
  return { ...united(whole.name, [tuner, base], tuner.step.delta as Expr), parts: [whole, inner] }
}
