import { brief, mistake } from '../failure.js'

/** The number of an update: 1 at the first one. `schedule(0)` is the value before it. */
export type Step = number

/** A schedule is a function from the number of an update to a value; a user's own function is one. */
export type Schedule = (t: Step) => number

/** Any hyperparameter may be a schedule. */
export type Hyper = number | Schedule

/** How a built-in schedule was made, as data: `warmup(500)(cosine({ from: 0.001, over: 1000 }))`. */
export interface Description {
  readonly name: string
  readonly args: readonly unknown[]
  /** The schedule that a combinator was applied to. */
  readonly of?: Hyper
}

const DESCRIPTION: unique symbol = Symbol('gradus.schedule')

/** A schedule that knows how it was made. */
export const described = (description: Description, f: Schedule): Schedule =>
  Object.assign(f, { [DESCRIPTION]: description })

export const descriptionOf = (schedule: Schedule): Description | undefined =>
  (schedule as { [DESCRIPTION]?: Description })[DESCRIPTION]

/** A hyperparameter as one would write it; a user's own function is `t => …`. */
export const show = (value: unknown): string => {
  if (typeof value === 'function') {
    const description = descriptionOf(value as Schedule)
    if (!description) return 't => …'
    const { name, args, of } = description
    return `${name}(${args.map(show).join(', ')})${of === undefined ? '' : `(${show(of)})`}`
  }
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`
  if (typeof value === 'object' && value !== null)
    return `{ ${Object.entries(value)
      .map(([key, x]) => `${key}: ${show(x)}`)
      .join(', ')} }`
  return typeof value === 'string' ? `'${value}'` : String(value)
}

/** A number as the schedule that is always it. */
export const lift = (who: string, hyper: Hyper): Schedule => {
  if (typeof hyper === 'function') return hyper
  if (Number.isFinite(hyper)) return () => hyper
  throw mistake(who, `a schedule is ${brief(hyper)}`, 'a function t => number, or a finite number')
}

/** Throws where an argument is not what a schedule needs: `schedule.cosine: over is 0, expected 0 < over < ∞`. */
export const check = (who: string, name: string, x: unknown, where: 'finite' | 'positive' | 'duration'): void => {
  const ok =
    typeof x === 'number' && Number.isFinite(x) && (where === 'finite' || (where === 'positive' ? x > 0 : x >= 0))
  if (ok) return
  const expected = { finite: 'a finite number', positive: `0 < ${name} < ∞`, duration: `0 ≤ ${name} < ∞` }
  throw mistake(`schedule.${who}`, `${name} is ${brief(x)}`, expected[where])
}
