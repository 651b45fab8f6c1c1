import { optimizers, tensorwise } from '../../test/optimizers.ts'
import { EVERYONES } from './everyones.ts'
import { linked } from './links.ts'
import { conditionOf, type Obeyed } from './obeyed.ts'

/** Who obeys a law, in words. */
export const obeyersOf = (law: string, all: readonly Obeyed[]): string => {
  const names = namesOf(law, all)
  if (names.length === 0) return 'nobody in the catalogue'
  if (EVERYONES.includes(law)) {
    const [what, these] = EVERYBODY.find(([, these]) => names.every((name) => these.includes(name))) ?? ['', []]
    return `${what}${but(these.filter((name) => !names.includes(name)))}`
  }
  return names.map((name) => `${linked(name)} ${conditionOf(name, law)}`.trimEnd()).join(' · ')
}

export const namesOf = (law: string, all: readonly Obeyed[]): readonly string[] => [
  ...new Set(all.flatMap((one) => (one.law.name === law ? [one.optimizer] : []))),
]

/** Who owes everyone's laws: told by those who do not. */
const EVERYBODY: readonly (readonly [what: string, names: readonly string[]])[] = [
  ['every optimizer that is a formula', Object.keys(optimizers)],
  ['every optimizer that is no formula', Object.keys(tensorwise)],
  ['every optimizer', Object.keys({ ...optimizers, ...tensorwise })],
]

const but = (others: readonly string[]): string => (others.length === 0 ? '' : ` but ${others.map(linked).join(' · ')}`)
