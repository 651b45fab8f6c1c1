import type { Law } from '../../laws/law.ts'
import { Refuted } from '../../laws/refuted.ts'
import type { Mutant } from './mutant.ts'

/** What a worker is told to do: to try a law of somebody; to see which seeds of a law catch a mutant. */
export type Task = Trial | Hunt

export interface Trial {
  readonly kind: 'trial'
  readonly optimizer: string
  readonly law: string
  readonly runs: number
  readonly seed: number
  /** Its fingerprint. */
  readonly of: string
}

export interface Hunt {
  readonly kind: 'hunt'
  readonly mutant: string
  readonly law: string
  readonly seeds: number
  readonly of: string
}

/** `ms` is how long it took; `refuted` is the counterexample, or what was thrown in its place. */
export type Outcome = { readonly ms: number } & (Tried | Hunted)
interface Tried {
  readonly kind: 'trial'
  readonly refuted?: string
}
interface Hunted {
  readonly kind: 'hunt'
  readonly caught: number
  /** The other laws of its list that catch it, with seed 1. */
  readonly also: readonly string[]
}

export interface Known {
  readonly obeyed: readonly { readonly name: string; readonly laws: readonly Law[] }[]
  readonly mutants: readonly Mutant[]
}

export const work = (task: Task, known: Known): Outcome => {
  const start = performance.now()
  const done = task.kind === 'trial' ? tried(task, known) : hunted(task, known)
  return { ...done, ms: performance.now() - start }
}

/** Two lists of one optimizer can have the same law. */
const tried = ({ optimizer, law, runs, seed }: Trial, { obeyed }: Known): Tried => {
  const laws = obeyed.flatMap(({ name, laws }) => (name === optimizer ? laws.filter((l) => l.name === law) : []))
  for (const each of laws) {
    const thrown = thrownBy(() => each.assert({ numRuns: runs, seed }))
    if (thrown !== undefined) return { kind: 'trial', refuted: told(thrown) }
  }
  return { kind: 'trial' }
}

/** @throws where a law does anything but hold or be refuted. */
const hunted = ({ mutant, law, seeds }: Hunt, { mutants }: Known): Hunted => {
  const { laws } = mutants.find(({ name }) => name === mutant) as Mutant
  const catches = (one: Law, seed: number): boolean => {
    const thrown = thrownBy(() => one.assert({ seed, endOnFailure: true })) // nobody reads how
    if (thrown !== undefined && !(thrown instanceof Refuted)) throw thrown
    return thrown !== undefined
  }
  const named = laws.find(({ name }) => name === law) as Law
  const caught = Array.from({ length: seeds }, (_, i) => catches(named, i + 1)).filter(Boolean).length
  const others = laws.filter((one) => one.name !== law)
  return { kind: 'hunt', caught, also: others.filter((one) => catches(one, 1)).map(({ name }) => name) }
}

const thrownBy = (f: () => void): unknown => {
  try {
    f()
    return undefined
  } catch (thrown) {
    return thrown ?? 'nothing'
  }
}

const told = (thrown: unknown): string => {
  if (thrown instanceof Refuted) return thrown.message
  return (thrown instanceof Error && thrown.stack) || String(thrown)
}
