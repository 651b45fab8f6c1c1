import { readFileSync } from 'node:fs'
import type { Law } from '../../laws/law.ts'
import { table } from '../optimizers/table.ts'
import type { Ask, Chapter } from './ask.ts'
import { chapters } from './chapters.ts'
import { INTRODUCTION } from './introduction.ts'
import { anchor } from './links.ts'
import { type Mutated, ofMutants } from './mutants.ts'
import { everything, type Obeyed } from './obeyed.ts'
import { obeyersOf } from './obeyers.ts'
import { parsed, type Results } from './record.ts'
import { sourcesOf } from './sources.ts'
import { recordOf, times } from './state.ts'

const ROOT = new URL('../../', import.meta.url).pathname

/** docs/laws.md, by its path in docs. */
export const files = (): Readonly<Record<string, string>> => {
  const sources = sourcesOf(ROOT)
  const results = parsed(readFileSync(`${ROOT}docs/laws/record.json`, 'utf8'))
  return { 'laws.md': page({ all: everything(sources), mutants: ofMutants(sources), results }) }
}

interface Shown {
  readonly all: readonly Obeyed[]
  readonly mutants: readonly Mutated[]
  readonly results: Results
}

const page = (shown: Shown): string => `# Laws

${INTRODUCTION}

${chapters.map(contents).join('\n')}
${folded('Every law, by its name', index())}

${chapters.map((chapter) => chapterOf(chapter, shown)).join('\n')}
# Mutants

${mutantsOf(shown)}

# The record

${recordOf(shown.all, shown.results)}
`

const folded = (summary: string, text: string): string =>
  `<details>\n<summary>${summary}</summary>\n\n${text}\n\n</details>`

const link = ({ name }: Ask): string => `[${name}](#${anchor(name)})`

const contents = ({ title, asks }: Chapter): string => `**${title}**: ${asks.map(link).join(' · ')}\n`

/** Where each law is shown: with the first who gives it. */
const places = new Map(
  chapters
    .flatMap(({ asks }) => asks)
    .reverse()
    .flatMap((one) => one.laws.map(({ name }) => [name, one] as const)),
)

const linkedLaw = (law: string): string => {
  const place = places.get(law)
  return place ? `[${law}](#${anchor(place.name)})` : law
}

const index = (): string =>
  [...places.keys()]
    .sort((a, b) => a.localeCompare(b, 'en'))
    .map(linkedLaw)
    .join(' · ')

const chapterOf = ({ title, words, asks }: Chapter, shown: Shown): string =>
  `# ${title}\n\n${words}\n\n${asks.map((one) => section(one, shown)).join('\n')}`

const section = (one: Ask, shown: Shown): string => {
  const own = one.laws.filter(({ name }) => places.get(name) === one)
  const others = one.laws.filter((law) => !own.includes(law))
  const references = groups(others, ({ name }) => places.get(name) as Ask)
  return [
    `## ${one.name}`,
    `**\`${one.call}\`**`,
    ...(own.length === 0 ? [] : [lawsTable(own), details(own, shown)]),
    ...[...references].map(([other, laws]) => `${own.length === 0 ? 'Of' : 'And of'} ${link(other)}: ${said(laws)}.`),
    '',
  ].join('\n\n')
}

const groups = <A, K>(all: readonly A[], key: (a: A) => K): ReadonlyMap<K, readonly A[]> => {
  const found = new Map<K, A[]>()
  for (const a of all) found.set(key(a), [...(found.get(key(a)) ?? []), a])
  return found
}

const said = (laws: readonly Law[]): string => laws.map(({ name }) => `*${name}*`).join(' · ')

const lawsTable = (laws: readonly Law[]): string =>
  table(
    ['law', 'equation', 'in words'],
    laws.map(({ name, equation, words }) => [name, `\`${equation}\``, words].map(cell)),
  )

/** A bar would end the cell. */
const cell = (text: string): string => text.replaceAll('|', '\\|')

/** Who obeys these laws, those with the same names together, and what they catch. */
const details = (laws: readonly Law[], { all, mutants, results }: Shown): string => {
  const names = laws.map(({ name }) => name)
  const held = all.filter(({ law }) => names.includes(law.name))
  const caught = mutants.filter(({ law }) => names.includes(law))
  const lists = [...groups(laws, ({ name }) => obeyersOf(name, all))].map(([obeyers, some]) => {
    const own = held.filter(({ law }) => some.some(({ name }) => name === law.name))
    return `${said(some)}: ${obeyers}${own.length === 0 ? '' : ` (${times(own, results)})`}`
  })
  const who = new Set(held.map(({ optimizer }) => optimizer)).size
  const summary = `Obeyed by ${who === 0 ? 'nobody' : who} in the catalogue; catches ${caught.length === 1 ? '1 mutant' : `${caught.length} mutants`}`
  const catches = caught.length === 0 ? [] : [table(['law', 'catches'], caughtBy(names, caught))]
  return folded(summary, [...lists, ...catches].join('\n\n'))
}

const caughtBy = (laws: readonly string[], mutants: readonly Mutated[]): readonly (readonly string[])[] =>
  [...groups(mutants, ({ law }) => law)]
    .sort(([a], [b]) => laws.indexOf(a) - laws.indexOf(b))
    .map(([law, own]) => [law, own.map(({ name, shipped }) => name + by(shipped)).join('; ')].map(cell))

const by = (shipped: string | undefined): string => (shipped === undefined ? '' : ` (**shipped by ${shipped}**)`)

const mutantsOf = ({ mutants, results }: Shown): string => {
  const rows = mutants.map((mutant) => ({ mutant, row: rowOf(mutant, results) }))
  const shipped = rows.filter(({ mutant }) => mutant.shipped !== undefined)
  const always = mutants.filter(({ name, of }) => {
    const [caught, seeds, was] = results.mutants[name] ?? []
    return was === of && caught === seeds
  })
  const head = ['what is wrong', 'who shipped it', 'the law that catches it', 'seeds', 'and others']
  const byChapter = groups(rows, ({ mutant }) => chapterWith(mutant.law))
  return [
    `Each of these ${mutants.length} is one way in which an optimizer, a schedule, a gradient or a codec goes wrong: it breaks a law ` +
      `that its author would have asked for. A seed catches it if that law is refuted within its 100 runs; of ${always.length}, all ` +
      'ten seeds do. What is wrong and was shipped:',
    table(
      head,
      shipped.map(({ row }) => row),
    ),
    ...[...byChapter].map(([title, some]) =>
      folded(
        `${title}: ${some.length}`,
        table(
          head,
          some.map(({ row }) => row),
        ),
      ),
    ),
  ].join('\n\n')
}

const chapterWith = (law: string): string =>
  chapters.find(({ asks }) => asks.some((one) => one === places.get(law)))?.title ?? 'Others'

const rowOf = ({ name, shipped = '', law, of }: Mutated, { mutants }: Results): readonly string[] => {
  const [caught, seeds, was, also = []] = mutants[name] ?? []
  const told = was === undefined ? 'not tried' : was === of ? `${caught} of ${seeds}` : 'stale'
  return [name, shipped, linkedLaw(law), told, also.map((other) => `*${other}*`).join(' · ')].map(cell)
}
