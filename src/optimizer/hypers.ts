import { hypersAt } from '../kernel/kernel.js'
import { formula } from '../rule/formula.js'
import { fromRule } from '../rule/rule.js'
import type { Range } from '../schedule/range.js'
import type { Hyper, Step } from '../schedule/schedule.js'

/**
 * The hyperparameters of an optimizer that is no formula, as a function of t. They are held to their ranges as a rule's are: a
 * number here, a schedule's value where it is used.
 */
export const hypers = <H extends string>(
  name: string,
  hyper: Readonly<Record<H, Hyper>>,
  range: { readonly [K in H]?: Range },
): ((t: Step) => Readonly<Record<H, number>>) => {
  const rule = formula({ name, hyper, range, step: ({ g }) => ({ delta: g }) })
  fromRule(rule)
  return (t) => hypersAt(rule, t) as Readonly<Record<H, number>>
}
