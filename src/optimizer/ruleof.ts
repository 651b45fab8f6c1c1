import { mistake } from '../failure.js'
import type { Rule } from '../rule/rule.js'
import type { Optimizer } from './optimizer.js'

/** The rule of an optimizer, for what needs one. */
export const ruleOf = (who: string, { rule }: Optimizer): Rule => {
  if (rule) return rule
  throw mistake(who, 'the optimizer has no rule', 'one that is a formula')
}
