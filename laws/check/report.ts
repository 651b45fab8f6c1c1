import { Refuted } from '../refuted.js'
import type { Outcome, Trial } from './check.js'
import type { Plan } from './plan.js'
import type { Duty, Subject } from './subject.js'

/** A check as people read it. */
export type Paint = (style: 'bold' | 'dim' | 'green' | 'red', text: string) => string

/** What the command was called with, so that it can be called again. */
export interface Called {
  readonly file: string
  readonly seed: number
  readonly backend?: string
}

export const heading = ({ name, what }: Subject, paint: Paint): string => `\n${paint('bold', name)}, ${what}\n`

/** `✓ rest    Δ((0, 0, …), θ) = 0`, and where it does not hold what it says and the counterexample. */
export const lineOf = (trial: Trial, { thrown, holds }: Outcome, again: string, paint: Paint): string => {
  const { name, equation, words } = trial.law
  if (holds) return `  ${paint('green', '✓')} ${row(trial.subject, name, equation, paint)}\n`
  const story = thrown instanceof Refuted ? `${thrown.story}:\n\n    ${again}` : `  ${messageOf(thrown)}`
  return `  ${paint('red', '✗')} ${row(trial.subject, name, equation, paint)}\n    ${paint('dim', words)}\n\n${indented(story)}\n\n`
}

/** Names and equations stand in columns. */
const row = ({ duties }: Subject, name: string, equation: string, paint: Paint): string => {
  const width = Math.max(...duties.map(({ law, owed, claim = '' }) => (owed ? law.name : claim).length))
  return `${name.padEnd(width)}  ${paint('dim', equation)}`
}

const indented = (text: string): string => text.replace(/^(?=.)/gm, '    ')

/** What a law of somebody's own threw. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))

/** The command that fails at once, with this counterexample. */
export const againOf = ({ law, subject }: Trial, { thrown }: Outcome, plan: Plan, called: Called): string => {
  const found = thrown instanceof Refuted ? thrown.again : undefined
  const words = ['npx', 'gradus', 'check', called.file, '--only', law.name]
  if (plan.subjects.length > 1) words.push('--export', subject.name)
  if (found) words.push('--seed', String(found.seed), '--path', found.path)
  if (called.backend) words.push('--backend', called.backend)
  return words.map(quoted).join(' ')
}

const quoted = (word: string): string => (/^[\w./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)

/** Of claims that were not made: those that it was seen to obey, and those that it was not. */
export const unclaimedLines = (
  subject: Subject,
  trials: readonly Trial[],
  plan: Plan,
  called: Called,
  paint: Paint,
): string => {
  const own = trials.filter((trial) => trial.subject === subject && !trial.owed && trial.claim !== undefined)
  const claims = [...new Set(own.map(({ claim }) => claim as string))]
  const of = (claim: string) => own.filter((trial) => trial.claim === claim)
  const held = (claim: string) => holds(of(claim), () => true)
  const equations = (claim: string) => of(claim).map(({ law }) => law.equation)
  const line = (claim: string) => `    ${row(subject, claim, equations(claim).join(', '), paint)}\n`
  const rows = (names: readonly string[]) => names.map(line).join('')
  const [seen, not] = [claims.filter(held), claims.filter((claim) => !held(claim))]
  const [first] = own.filter(({ outcome }) => outcome && !outcome.holds)
  const why = first?.outcome && `    ${paint('dim', `why not: ${againOf(first, first.outcome, plan, called)}`)}\n`
  return (
    (seen.length > 0 ? `\n  not claimed, but seen\n${rows(seen)}` : '') +
    (why ? `\n  not claimed, and not so\n${rows(not)}${why}` : '')
  )
}

export const holds = (trials: readonly Trial[], counts = ({ owed }: Trial): boolean => owed): boolean =>
  trials.every((trial) => !counts(trial) || trial.outcome?.holds)

export const ending = ({ passedOver }: Plan, trials: readonly Trial[], { seed }: Called, paint: Paint): string => {
  const owed = trials.filter((trial) => trial.owed)
  const broken = owed.filter(({ outcome }) => !outcome?.holds).length
  const laws = owed.length === 1 ? '1 law' : `${owed.length} laws`
  const what =
    broken === 0
      ? paint('green', `${laws} held`)
      : paint('red', `${broken === owed.length ? '' : `${broken} of `}${laws} did not hold`)
  const others = passedOver.map(({ name, why }) => `passed over: ${name}: ${why}\n`).join('')
  return `${others && `\n${others}`}\n${what} (seed ${seed})\n`
}

/** Every law that would be tried, and every claim that can be made. */
export const listing = ({ subjects }: Plan, paint: Paint): string =>
  subjects
    .map((subject) => {
      const lines = (duties: readonly Duty[]) =>
        duties.map(
          ({ law, owed, claim }) =>
            `    ${row(subject, owed ? law.name : (claim as string), law.equation, paint)}\n      ${law.words}\n`,
        )
      const duties = lines(subject.duties.filter(({ owed }) => owed))
      const rest = lines(subject.duties.filter(({ owed }) => !owed))
      return [heading(subject, paint), ...duties, ...(rest.length ? ['\n  can be claimed\n', ...rest] : [])].join('')
    })
    .join('')
