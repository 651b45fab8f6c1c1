import { Mistake, mistake } from '../../src/failure.js'
import type { Law } from '../law.js'
import type { Plan } from './plan.js'
import type { Duty, Subject } from './subject.js'

/** What `gradus check` does, as data: one law after the other, each once before it is tried and once after. */
export interface Trial extends Duty {
  readonly subject: Subject
  readonly outcome?: Outcome
}

export interface Outcome {
  readonly holds: boolean
  /** What the law threw: a `Refuted`, where it is one of gradus. */
  readonly thrown?: unknown
}

export interface Chance {
  readonly seed: number
  /** How often each law is tried, unless 100 times. */
  readonly runs?: number
  /** Where a law was refuted, in fast-check's words: for one law alone. */
  readonly path?: string
}

/** @throws a `Mistake` where `path` is given and belongs to no law, or to one of many. */
export function* check({ subjects }: Plan, { seed, runs, path }: Chance): Generator<Trial> {
  const trials = subjects.flatMap((subject) => subject.duties.map((duty): Trial => ({ ...duty, subject })))
  if (path !== undefined && trials.length > 1)
    throw mistake('check', '--path is given', 'one law of one export beside it: --only, --export')
  const parameters: Parameters<Law['assert']>[0] = {
    seed,
    ...(runs !== undefined && { numRuns: runs }),
    ...(path !== undefined && { path, endOnFailure: true }),
  }
  for (const trial of trials) {
    yield trial
    yield { ...trial, outcome: outcomeOf(trial.law, parameters) }
  }
}

const outcomeOf = (law: Law, parameters: Parameters<Law['assert']>[0]): Outcome => {
  try {
    law.assert(parameters)
    return { holds: true }
  } catch (thrown) {
    if (parameters?.path !== undefined && thrown instanceof Mistake) throw thrown
    return { holds: false, thrown }
  }
}
