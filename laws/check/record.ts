import { Refuted, say } from '../refuted.js'
import type { Trial } from './check.js'
import type { Plan } from './plan.js'
import { againOf, type Called, holds, messageOf } from './report.js'
import type { Duty, Subject } from './subject.js'

/** A check as programs read it: what `--json` prints. Of a plan without trials, what would be tried. */
export interface Checked {
  readonly file?: string
  readonly seed?: number
  /** All that is owed. */
  readonly holds?: boolean
  readonly exports: readonly { readonly name: string; readonly what: string; readonly laws: readonly Entry[] }[]
  readonly passedOver: readonly { readonly name: string; readonly why: string }[]
}

export interface Entry {
  readonly name: string
  readonly equation: string
  readonly words: string
  /** Whether it had to hold: what was not claimed is tried to be told of. */
  readonly owed: boolean
  readonly claim?: string
  readonly holds?: boolean
  readonly message?: string
  /** Numbers that JSON lacks, and functions, are words: "NaN". */
  readonly counterexample?: unknown
  readonly again?: string
}

export const recordOf = (plan: Plan, trials: readonly Trial[], called?: Called): Checked => ({
  ...(called && { file: called.file, seed: called.seed }),
  ...(called && { holds: holds(trials) }),
  exports: plan.subjects.map((subject) => ({
    name: subject.name,
    what: subject.what,
    laws: subject.duties.map((duty) => entryOf(subject, duty, plan, trials, called)),
  })),
  passedOver: plan.passedOver,
})

const entryOf = (subject: Subject, duty: Duty, plan: Plan, trials: readonly Trial[], called?: Called): Entry => {
  const { law, owed, claim } = duty
  const trial = trials.find((each) => each.subject === subject && each.law === law)
  const { name, equation, words } = law
  const entry = { name, equation, words, owed, ...(claim !== undefined && { claim }) }
  if (!trial?.outcome || !called) return entry
  const { thrown } = trial.outcome
  if (trial.outcome.holds) return { ...entry, holds: true }
  return {
    ...entry,
    holds: false,
    message: messageOf(thrown),
    ...(thrown instanceof Refuted && { counterexample: plain(thrown.counterexample) }),
    again: againOf(trial, trial.outcome, plan, called),
  }
}

const plain = (value: unknown): unknown => {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (Array.isArray(value)) return value.map(plain)
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array, plain)
  if (typeof value !== 'object' || value === null) return typeof value === 'boolean' ? value : say(value)
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]))
}
