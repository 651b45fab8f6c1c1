import { exceptions } from '../../test/laws/exceptions.ts'
import { obeyed } from '../../test/laws/obeyed.ts'
import { EVERYONES } from '../laws/everyones.ts'
import { conditionOf } from '../laws/obeyed.ts'

/** The section on what the names of laws mean. */
export const explained = `# Laws

Each optimizer names the laws that it obeys beside [everyone’s](laws.md#optimizer). What they say, who else obeys them, how often that has
been tried, and how to hold an optimizer of one’s own to them: [laws](laws.md). They hold at every rate and schedule of rates, for betas
that stay the same, above 0 and below 1, where leaves are not told apart (no \`where\`), and with losses above 0. Of
[claims](laws.md#claims), such as *odd*, formulas that are not made of other optimizers name all: of one that is not named a test finds
gradients that refute it, and of one that is, where its condition is not met.
`

/** The laws that an optimizer obeys beside everyone's, by what has to be 0 for it; nothing where it names none. */
export const lawsOf = (optimizer: string): string => {
  const all = obeyed.find(({ name }) => name === optimizer)?.laws ?? []
  const names = [...new Set(all.map(({ name }) => name))]
  const lists = new Map<string, readonly string[]>()
  for (const name of names.filter((name) => !EVERYONES.includes(name))) {
    const condition = conditionOf(optimizer, name)
    lists.set(condition, [...(lists.get(condition) ?? []), name])
  }
  const said = [...lists]
    .sort(([a], [b]) => a.length - b.length)
    .map(([condition, own]) => `${condition && `${condition}, `}${namesOf(own)}`)
  const missing = exceptions[optimizer] ?? []
  const but = missing.length === 0 ? [] : [`of everyone’s not ${namesOf(missing)}`]
  return names.length === 0 ? '' : `[Laws](laws.md): ${[...said, ...but].join('; ')}.`
}

const namesOf = (laws: readonly string[]): string => laws.map((name) => `*${name}*`).join(' · ')
