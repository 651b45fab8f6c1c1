import { nearest } from '../../src/config/nearest.js'
import { brief, mistake } from '../../src/failure.js'
import { CLAIMS, type Duty, type PassedOver, type Subject, subjectsOf } from './subject.js'

/** What is going to be tried of a module: what its exports owe, what they claim, and what was asked for of all that. */
export interface Plan {
  readonly subjects: readonly Subject[]
  readonly passedOver: readonly PassedOver[]
}

export interface Wanted {
  /** Names of exports. */
  readonly exports?: readonly string[]
  /** Names of laws. */
  readonly only?: readonly string[]
  readonly except?: readonly string[]
  /** Names of claims, beside those of the module itself. */
  readonly claims?: readonly string[]
}

type Names = readonly string[]

/** @throws a `Mistake` where a name is none: of a claim, an export, a law; and where nothing is left to be tried. */
export const plan = (exports: Readonly<Record<string, unknown>>, wanted: Wanted = {}): Plan => {
  const { subjects: all, passedOver } = subjectsOf(exports)
  if (all.length === 0) throw mistake('check', 'there is nothing to check', expectedInstead(passedOver))
  const { only, except = [] } = wanted
  for (const name of wanted.exports ?? []) known('export', name, namesOf(all))
  const claimed = withClaims(all, exports.claims, wanted.claims ?? [])
  const laws = [...new Set(claimed.flatMap(({ duties }) => duties.map(({ law }) => law.name)))]
  for (const name of only ?? []) known('law', name, laws)
  for (const name of except) known('law', name, laws)
  const subjects = claimed
    .filter(({ name }) => !wanted.exports || wanted.exports.includes(name))
    .map((subject) => ({
      ...subject,
      duties: once(
        subject.duties
          .filter(({ law }) => (!only || only.includes(law.name)) && !except.includes(law.name))
          .map((duty) => (only ? { ...duty, owed: true } : duty)),
      ),
    }))
    .filter(({ duties }) => duties.some(({ owed }) => owed))
  if (subjects.length === 0) throw mistake('check', 'none of the laws asked for is one of the exports asked for')
  return { subjects, passedOver: wanted.exports || only ? [] : passedOver }
}

const namesOf = (subjects: readonly Subject[]): Names => subjects.map(({ name }) => name)

const expectedInstead = (passedOver: readonly PassedOver[]): string => {
  const found = passedOver.map(({ name, why }) => ` (${name}: ${why})`).join('')
  return `the module to export an optimizer, a function that makes one of { lr }, a schedule or laws${found}`
}

/** What is claimed is owed. */
const withClaims = (subjects: readonly Subject[], declared: unknown, asked: Names): readonly Subject[] => {
  const { everywhere, by } = declarations(declared)
  const common = [...everywhere, ...asked]
  for (const name of Object.keys(by)) known('export', name, namesOf(subjects))
  for (const claim of [...common, ...Object.values(by).flat()]) known('claim', claim, CLAIMS)
  const can = (subject: Subject, claim: string) => subject.duties.some((duty) => duty.claim === claim)
  for (const claim of common)
    if (!subjects.some((subject) => can(subject, claim))) throw mistake('check', `nothing here can claim "${claim}"`)
  return subjects.map((subject) => {
    const own = by[subject.name] ?? []
    for (const claim of own)
      if (!can(subject, claim)) throw mistake('check', `${subject.name}, ${subject.what}, cannot claim "${claim}"`)
    const made = [...common, ...own]
    return {
      ...subject,
      duties: subject.duties.map((duty) => (made.includes(duty.claim ?? '') ? { ...duty, owed: true } : duty)),
    }
  })
}

/** `['odd', 'rest']` is claimed of all exports that can claim it, `{ lion: ['odd'] }` of one. */
const declarations = (
  declared: unknown,
): { readonly everywhere: Names; readonly by: Readonly<Record<string, Names>> } => {
  if (declared === undefined) return { everywhere: [], by: {} }
  if (isNames(declared)) return { everywhere: declared, by: {} }
  if (typeof declared === 'object' && declared !== null && Object.values(declared).every(isNames))
    return { everywhere: [], by: declared as Readonly<Record<string, Names>> }
  throw mistake('check', `the export "claims" is ${brief(declared)}`, "['odd', 'rest'] or { lion: ['odd', 'rest'] }")
}

const isNames = (value: unknown): value is Names =>
  Array.isArray(value) && value.every((each) => typeof each === 'string')

/** Claims can share a law: it is tried once where it is owed. */
const once = (duties: readonly Duty[]): readonly Duty[] => {
  const owed = new Set<string>()
  return duties.filter(({ law, owed: its }) => !owed.has(law.name) && (!its || owed.add(law.name)))
}

const known = (what: string, name: string, names: Names): void => {
  if (names.includes(name)) return
  const near = nearest(name, names)
  const hint = near ? `; did you mean "${near}"?` : `, expected one of ${names.join(', ')}`
  throw mistake('check', `no ${what} here is "${name}"${hint}`)
}
