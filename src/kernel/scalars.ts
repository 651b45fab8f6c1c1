import { variables } from '../expr/program.js'
import { brief, mistake } from '../failure.js'
import type { Hyperparameter, Rule } from '../rule/rule.js'
import type { Work } from './executor.js'
import type { Frame } from './frame.js'
import { madeOnce } from './once.js'

/** What a step of a rule knows besides tensors: t, the loss, hyperparameters, and a number for each leaf. */

/** A schedule's value is held against the range here, where it is used. */
export const valueAt = ({ of, name, value, range }: Hyperparameter, t: number): number => {
  if (typeof value === 'number') return value
  const x = value(t)
  if (typeof x === 'number' && range.holds(x)) return x
  throw mistake(of, `${name} is ${brief(x)} at t = ${t}`, range.say(name))
}

/** The value of every hyperparameter at step t, under the rule's own names. */
export const hypersAt = (rule: Rule, t: number): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(rule.hyper).map(([key, hyper]) => [key, valueAt(hyper, t)]))

/** The hypers that are numbers; one that is a schedule has no value where no t is known. */
export const unscheduled = (who: string, rule: Rule): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(rule.hyper).flatMap(([key, { name, value }]): (readonly [string, number])[] => {
      if (typeof value === 'number') return [[key, value]]
      if (reads(rule, key)) throw mistake(who, `${name} is a schedule`, 'a number, as no step is known here')
      return []
    }),
  )

/** The leaf constants of each leaf; none where the rule has none. */
export const constantsOf = (rule: Rule, { paths }: Frame): Work<unknown>['constants'] => {
  const constants = Object.entries(rule.leaf)
  if (constants.length === 0) return []
  return paths.map((path) => Object.fromEntries(constants.map(([name, f]) => [name, f(path)])))
}

const readBy = madeOnce((rule: Rule): ReadonlySet<string> => new Set(variables(rule.step)))

/** Whether a variable stands in the rule's formulas. */
export const reads = (rule: Rule, variable: string): boolean => readBy(rule).has(variable)

/** The part that reads the loss, where it is a part. */
const hearer = (rule: Rule): Rule => {
  const part = rule.parts?.find((part) => reads(part, 'loss'))
  return part ? hearer(part) : rule
}

/** Without the hypers of which the state's clock tells the t. */
const unclocked = (rule: Rule): Rule => {
  const hypers = Object.entries(rule.hyper)
  if (!hypers.some(([, { clocked }]) => clocked)) return rule
  return { ...rule, hyper: Object.fromEntries(hypers.filter(([, { clocked }]) => !clocked)) }
}

/** Hypers, t and the loss. */
export const scalarsAt = (rule: Rule, t: number, loss: number | undefined) => {
  if (loss === undefined && reads(rule, 'loss'))
    throw mistake(hearer(rule).name, 'the loss is missing', 'it in the fourth argument: { params, loss }')
  return { ...hypersAt(unclocked(rule), t), t, ...(loss === undefined ? {} : { loss }) }
}

export const checkStep = (who: string, t: number): void => {
  if (!Number.isInteger(t) || t < 1) throw mistake(who, `t is ${brief(t)}`, 'the number of this update: 1, 2, 3, …')
}
