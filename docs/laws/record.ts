/**
 * What `npm run laws` has found, docs/laws/record.json: of each optimizer, schedule and combinator how often each of its laws has been
 * tried; of each mutant how many seeds caught it. A line each, sorted, so that two versions can be compared.
 */
export interface Results {
  /** By optimizer, then by law. */
  readonly laws: Readonly<Record<string, Readonly<Record<string, Tried>>>>
  readonly mutants: Readonly<Record<string, Caught>>
}

/** Runs, their seed, and the fingerprint of what was tried; `refuted` where it did not hold. */
export type Tried = readonly [runs: number, seed: number, of: string, outcome?: 'refuted']

/** By how many seeds of how many, the fingerprint of the law, and which other laws of its list catch it too. */
export type Caught = readonly [caught: number, seeds: number, of: string, also: readonly string[]]

export const NOTHING: Results = { laws: {}, mutants: {} }

export const parsed = (text: string): Results => ({ ...NOTHING, ...(JSON.parse(text) as Partial<Results>) })

export const printed = ({ laws, mutants }: Results): string =>
  `{\n"laws": {\n${lines(laws)}\n},\n"mutants": {\n${lines(mutants)}\n}\n}\n`

const lines = (record: Readonly<Record<string, object>>): string =>
  sorted(record)
    .map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`)
    .join(',\n')

const sorted = <A>(record: Readonly<Record<string, A>>): readonly (readonly [string, A])[] =>
  Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))

export const withTried = (results: Results, optimizer: string, law: string, tried: Tried): Results => {
  const own = Object.fromEntries(sorted({ ...results.laws[optimizer], [law]: tried }))
  return { ...results, laws: { ...results.laws, [optimizer]: own } }
}

export const withCaught = (results: Results, mutant: string, caught: Caught): Results => ({
  ...results,
  mutants: { ...results.mutants, [mutant]: caught },
})

/** Without what nobody obeys any more, and mutants that are gone. */
export const pruned = (
  { laws, mutants }: Results,
  obeyed: Readonly<Record<string, readonly string[]>>,
  names: readonly string[],
): Results => ({
  laws: Object.fromEntries(
    Object.entries(laws).flatMap(([optimizer, tried]) => {
      const kept = Object.entries(tried).filter(([law]) => obeyed[optimizer]?.includes(law))
      return kept.length === 0 ? [] : [[optimizer, Object.fromEntries(kept)]]
    }),
  ),
  mutants: Object.fromEntries(Object.entries(mutants).filter(([name]) => names.includes(name))),
})
