import fc, { type RunDetails } from 'fast-check'
import { descriptionOf, type Schedule, show } from '../src/schedule/schedule.js'

/** Where a law does not hold: `Δ at t = 2 came as [0.1, 0], expected [-0.1, 0]`. */
export class Broken extends Error {
  override readonly name = 'Broken'

  constructor(
    readonly what: string,
    readonly came: unknown,
    readonly expected: unknown,
  ) {
    super(`${what} came as ${say(came)}, expected ${say(expected)}`)
  }
}

interface Named {
  readonly name: string
  readonly equation: string
}

type Found = Pick<
  RunDetails<readonly unknown[]>,
  'counterexample' | 'counterexamplePath' | 'seed' | 'numRuns' | 'numShrinks' | 'errorInstance'
>

/** A law that does not hold, with the simplest counterexample that was found: for reading. */
export class Refuted extends Error {
  override readonly name = 'Refuted'
  readonly law: string
  readonly equation: string
  /** What was drawn, by its names; nothing where everything that was drawn had to be thrown away. */
  readonly counterexample: Readonly<Record<string, unknown>> | undefined
  /** fast-check's parameters: with them `assert` fails at once. */
  readonly again: { readonly seed: number; readonly path: string }
  /** The message's part for reading: what was drawn, what came of it, how it was found. */
  readonly story: string

  constructor({ name, equation }: Named, details: Found) {
    const { counterexample, counterexamplePath, seed, numRuns, numShrinks, errorInstance } = details
    const drawn = counterexample?.[0] as Readonly<Record<string, unknown>> | undefined
    const path = counterexamplePath ?? ''
    const story = drawn
      ? `${lines(drawn)}\n\n  ${told(errorInstance)}\n\n  Found in run ${numRuns}, and made simpler ${times(numShrinks)}`
      : `  Nothing that could be tried was drawn in ${numRuns} runs`
    super(
      `"${name}" does not hold: ${equation}\n\n${story}; run it again with assert({ seed: ${seed}, path: '${path}', endOnFailure: true })`,
      { cause: errorInstance },
    )
    this.law = name
    this.equation = equation
    this.counterexample = drawn
    this.again = { seed, path }
    this.story = story
  }
}

const times = (n: number): string => (n === 1 ? 'once' : `${n} times`)

const told = (thrown: unknown): string => {
  if (thrown instanceof Broken) return thrown.message
  return thrown instanceof Error ? `It throws ${thrown.name}: ${thrown.message}` : `It throws ${String(thrown)}`
}

const LETTERS: Readonly<Record<string, string>> = { theta: 'θ', phi: 'φ', beta: 'β', rho: 'ρ', lambda: 'λ', mu: 'μ' }
const WIDTH = 14
/** Lists of more than this are not shown whole. */
const LONG = 40
const SHOWN = 8

/** A line for each that was drawn; for gradients, one after the other, a line for each step. */
const lines = (drawn: Readonly<Record<string, unknown>>): string =>
  Object.entries(drawn)
    .flatMap(([key, value]) => {
      const label = (LETTERS[key] ?? key).padEnd(WIDTH)
      if (!isHistory(value)) return [`  ${label}${say(value)}`]
      return value.map((g, i) => `  ${(i === 0 ? label : '').padEnd(WIDTH)}${`t = ${i + 1}`.padEnd(8)}${say(g)}`)
    })
    .join('\n')

const isHistory = (value: unknown): value is readonly (readonly number[])[] =>
  Array.isArray(value) && value.length > 0 && value.every((g) => Array.isArray(g) || ArrayBuffer.isView(g))

/** A value as a counterexample shows it. */
export const say = (value: unknown): string => {
  if (typeof value === 'string') return value
  if (typeof value === 'function') return source(value)
  if (Array.isArray(value)) {
    const more = value.length > LONG ? [`… ${value.length - SHOWN} more`] : []
    return `[${[...value.slice(0, more.length > 0 ? SHOWN : LONG).map(say), ...more].join(', ')}]`
  }
  if (ArrayBuffer.isView(value)) return say(Array.from(value as Float64Array))
  if (typeof value !== 'object' || value === null) return String(value)
  return `{ ${Object.entries(value)
    .map(([key, each]) => `${key}: ${say(each)}`)
    .join(', ')} }`
}

/** A schedule as one writes it, where it is built in or tells its own source. */
const source = (f: Function): string => {
  if (fc.hasToStringMethod(f)) return f[fc.toStringMethod]()
  return descriptionOf(f as Schedule) ? show(f) : f.name || 'a function'
}
