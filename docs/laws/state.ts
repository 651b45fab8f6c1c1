import { grouped } from '../examples/language-model/number.ts'
import { linked } from './links.ts'
import type { Obeyed } from './obeyed.ts'
import type { Results } from './record.ts'

/** What the record says of a law of somebody: how often it has been tried as it is now, or that it has not. */
export type State = 'held' | 'refuted' | 'stale' | 'missing'

export const stateOf = ({ optimizer, law, of }: Obeyed, { laws }: Results): readonly [State, runs: number] => {
  const [runs = 0, , was, outcome] = laws[optimizer]?.[law.name] ?? []
  if (was === undefined) return ['missing', 0]
  if (was !== of) return ['stale', 0]
  return [outcome ?? 'held', runs]
}

/** `10,000 runs each`, `0 to 10,000 runs each`. */
export const times = (all: readonly Obeyed[], results: Results): string => {
  const runs = all.map((one) => stateOf(one, results)[1])
  const [least, most] = [Math.min(...runs), Math.max(...runs)]
  return most === 0 ? 'not tried' : `${least === most ? '' : `${grouped(least)} to `}${grouped(most)} runs each`
}

/** The record in words, and what it lacks. */
export const recordOf = (all: readonly Obeyed[], results: Results): string => {
  const states = all.map((one) => ({ one, state: stateOf(one, results) }))
  const of = (state: State) => states.filter((each) => each.state[0] === state)
  const held = of('held')
  const total = held.reduce((sum, { state: [, runs] }) => sum + runs, 0)
  const [laws, optimizers] = [distinct(all.map(({ law }) => law.name)), distinct(all.map(({ optimizer }) => optimizer))]
  const tried =
    held.length === 0
      ? ''
      : `, ${times(
          held.map(({ one }) => one),
          results,
        )}`
  return [
    `${optimizers} optimizers, schedules and combinators obey one or more of ${laws} laws, ${grouped(all.length)} pairs in all. ` +
      `${grouped(held.length)} of these have been tried as they are now${tried}, ${grouped(total)} together, and hold.`,
    ...LACKING.flatMap(([state, words]) =>
      of(state).length === 0 ? [] : [`${words}:\n\n${listed(of(state).map(({ one }) => one))}`],
    ),
    COVERS,
  ].join('\n\n')
}

const LACKING = [
  ['refuted', '**Refuted**'],
  ['stale', '**Stale**: tried, and since then the formula or the law has changed'],
  ['missing', '**Missing**: not tried yet, but for the runs of `npm test`'],
] as const

const COVERS = `Each pair is in [docs/laws/record.json](laws/record.json) with its number of runs, its seed, and a fingerprint: of the formula, as
data, with its hyperparameters and slots; of what is no formula, of how it was made and the code of the files that export its parts;
of the law’s name, equation and words, and the code of the file that makes it. Where that has changed since, the pair is stale. A
fingerprint does not tell changes of what these call: kernels, TensorFlow.js, how gradients are drawn. \`npm run laws\` tries again what
is stale or missing.`

/** A list of laws for each optimizer, folded where it is long. */
const listed = (all: readonly Obeyed[]): string => {
  const laws = new Map<string, readonly string[]>()
  for (const { optimizer, law } of all) laws.set(optimizer, [...(laws.get(optimizer) ?? []), law.name])
  const lines = [...laws].map(
    ([optimizer, names]) => `- ${linked(optimizer)}: ${[...new Set(names)].map((name) => `*${name}*`).join(' · ')}`,
  )
  if (lines.length <= 5) return lines.join('\n')
  return `<details>\n<summary>${grouped(all.length)} of ${laws.size}</summary>\n\n${lines.join('\n')}\n\n</details>`
}

const distinct = (names: readonly string[]): number => new Set(names).size
