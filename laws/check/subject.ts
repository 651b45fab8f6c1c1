import { brief } from '../../src/failure.js'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import type { Schedule } from '../../src/schedule/schedule.js'
import { type At, claims } from '../claim/claim.js'
import { optimizer } from '../everyone/optimizer.js'
import type { Law } from '../law.js'
import { decay, rate, schedule } from '../schedule/schedule.js'

/**
 * What a module exports, as what can be held to laws: an optimizer, a function that makes one of `{ lr }`, a schedule, laws of the
 * module's own.
 */
export interface Subject {
  /** Its export's name. */
  readonly name: string
  /** In words. */
  readonly what: string
  readonly duties: readonly Duty[]
}

/** A law, and whether it has to hold; the laws of a claim that was not made are tried to be told of. */
export interface Duty {
  readonly law: Law
  readonly owed: boolean
  readonly claim?: string
}

/** An export that nothing is known about, and why. */
export interface PassedOver {
  readonly name: string
  readonly why: string
}

export interface Subjects {
  readonly subjects: readonly Subject[]
  readonly passedOver: readonly PassedOver[]
}

/** The rate at which a function of `{ lr }` is tried. */
const LR = 0.1

/** What can be claimed of an optimizer, some of it of one that has a rate; of a schedule. */
const OF_OPTIMIZERS = Object.entries(claims)
const OF_SCHEDULES = Object.entries({ rate, decay })
export const CLAIMS: readonly string[] = [...OF_OPTIMIZERS, ...OF_SCHEDULES].map(([name]) => name)

/** The export `claims` is not one of them: it says what the others claim. */
export const subjectsOf = (exports: Readonly<Record<string, unknown>>): Subjects => {
  const seen = new Set<unknown>()
  const subjects: Subject[] = []
  const passedOver: PassedOver[] = []
  for (const [name, value] of Object.entries(exports)) {
    if (name === 'claims' || seen.has(value)) continue
    seen.add(value)
    if (isWhole(name, exports)) continue
    const found = subjectOf(value)
    if (typeof found === 'string') passedOver.push({ name, why: found })
    else subjects.push({ name, ...found })
  }
  return { subjects, passedOver }
}

/** The default export of CommonJS is all that has names anyway. */
const isWhole = (name: string, exports: Readonly<Record<string, unknown>>): boolean => {
  const value = exports[name]
  if (name !== 'default' || typeof value !== 'object' || value === null) return false
  const members = Object.entries(value)
  return members.length > 0 && members.every(([key, member]) => exports[key] === member)
}

type Found = Omit<Subject, 'name'>

const subjectOf = (value: unknown): Found | string => {
  if (isOptimizer(value))
    return { what: 'an optimizer', duties: [...owed(optimizer(value)), ...claimable(() => value, false)] }
  if (Array.isArray(value) && value.length > 0 && value.every(isLaw)) return { what: 'laws', duties: owed(value) }
  if (typeof value === 'function') return made(value as (given: unknown) => unknown)
  return `${brief(value)} is no optimizer, no schedule, no list of laws`
}

const made = (f: (given: unknown) => unknown): Found | string => {
  const { value, threw } = attempt(() => f({ lr: LR }))
  if (isOptimizer(value)) {
    const at: At = (options) => f({ lr: LR, ...options }) as Optimizer
    const rated = isOptimizer(attempt(() => f({ lr: () => LR })).value)
    const duties = [...owed(optimizer(() => at())), ...claimable(at, rated)]
    return { what: `an optimizer, made with { lr: ${LR} }`, duties }
  }
  if (typeof attempt(() => f(1)).value === 'number') {
    const can = OF_SCHEDULES.flatMap(([claim, lawsOf]) => unclaimed(claim, lawsOf(f as Schedule)))
    return { what: 'a schedule', duties: [...owed(schedule(f as Schedule)), ...can] }
  }
  return threw
    ? `called with { lr: ${LR} } it throws ${threw}`
    : `called with { lr: ${LR} } it gives no optimizer, called with 1 no number`
}

const attempt = (f: () => unknown): { readonly value?: unknown; readonly threw?: string } => {
  try {
    return { value: f() }
  } catch (thrown) {
    return { threw: (thrown instanceof Error ? thrown.message : String(thrown)).split('\n')[0] as string }
  }
}

const owed = (laws: readonly Law[]): readonly Duty[] => laws.map((law) => ({ law, owed: true }))

const unclaimed = (claim: string, laws: readonly Law[]): readonly Duty[] =>
  laws.map((law) => ({ law, owed: false, claim }))

const claimable = (at: At, rated: boolean): readonly Duty[] =>
  OF_OPTIMIZERS.filter(([, { of }]) => rated || of !== 'rated').flatMap(([claim, { law }]) =>
    unclaimed(claim, [law(at)]),
  )

const has = (value: unknown, ...methods: readonly string[]): boolean =>
  typeof value === 'object' &&
  value !== null &&
  methods.every((method) => typeof (value as Readonly<Record<string, unknown>>)[method] === 'function')

const isOptimizer = (value: unknown): value is Optimizer => has(value, 'init', 'update')
const isLaw = (value: unknown): value is Law => has(value, 'assert') && 'name' in (value as object)
