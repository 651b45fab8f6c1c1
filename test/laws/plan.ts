import type { Obeyed } from '../../docs/laws/obeyed.ts'
import type { Results } from '../../docs/laws/record.ts'
import { nearest } from '../../src/config/nearest.ts'
import type { Options } from './options.ts'
import type { Hunt, Trial } from './work.ts'

/** What is to be done of all that could be: what was asked for, without what the record has. */
export interface Plan<T> {
  readonly tasks: readonly T[]
  /** What was asked for and has been done. */
  readonly known: readonly T[]
}

type Asked = Pick<Options, 'runs' | 'seed' | 'only' | 'law' | 'again'>

/** @throws where a name is none. */
export const trials = (all: readonly Obeyed[], asked: Asked, { laws }: Results): Plan<Trial> => {
  const { runs, seed, only, law: names, again } = asked
  checked(
    '--only',
    only,
    all.map(({ optimizer }) => optimizer),
  )
  checked(
    '--law',
    names,
    all.map(({ law }) => law.name),
  )
  const wanted = once(
    all
      .filter(({ optimizer, law }) => (only?.includes(optimizer) ?? true) && (names?.includes(law.name) ?? true))
      .map(({ optimizer, law, of }): Trial => ({ kind: 'trial', optimizer, law: law.name, runs, seed: seed ?? 1, of })),
  )
  const isKnown = ({ optimizer, law, of }: Trial): boolean => {
    const [tried = 0, its, was, outcome] = laws[optimizer]?.[law] ?? []
    return !again && tried >= runs && was === of && outcome === undefined && (seed === undefined || its === seed)
  }
  return { tasks: wanted.filter((trial) => !isKnown(trial)), known: wanted.filter(isKnown) }
}

/** Two lists of one optimizer can have the same law: it is one task. */
const once = (wanted: readonly Trial[]): readonly Trial[] => [
  ...new Map(wanted.map((trial) => [`${trial.optimizer}: ${trial.law}`, trial])).values(),
]

interface Mutating {
  readonly name: string
  readonly law: string
  readonly of: string
}

const SEEDS = 10

/** Mutants are quick: they are always tried. `--only` is theirs too. */
export const hunts = (all: readonly Mutating[], { only, law: names }: Asked): Plan<Hunt> => {
  checked(
    '--only',
    only,
    all.map(({ name }) => name),
  )
  checked(
    '--law',
    names,
    all.map(({ law }) => law),
  )
  return {
    tasks: all
      .filter(({ name, law }) => (only?.includes(name) ?? true) && (names?.includes(law) ?? true))
      .map(({ name, law, of }) => ({ kind: 'hunt', mutant: name, law, seeds: SEEDS, of })),
    known: [],
  }
}

const checked = (option: string, given: readonly string[] | undefined, known: readonly string[]): void => {
  for (const name of given ?? []) {
    if (known.includes(name)) continue
    const near = nearest(name, [...new Set(known)])
    throw new Error(`${option} has "${name}", which there is not${near ? `; did you mean "${near}"?` : ''}`)
  }
}
