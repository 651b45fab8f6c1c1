/**
 * What can go wrong.
 *
 * An expected failure is a tagged value, the left of an `Either`; `show` is its one printer. A mistake in the
 * program throws at the call that made it, in one line: the public name, what came, what was expected.
 */
export interface NotFinite<C = unknown> {
  readonly _tag: 'NotFinite'
  readonly what: 'loss' | 'gradient'
  /** The update that was not made. */
  readonly t: number
  /** The first leaf of the gradient that is not finite. */
  readonly path?: string
  /** The last good carry: nothing of it was written, and it is yours. */
  readonly carry: C
}

/** The browser took the WebGL context, and with it all that was on the GPU. */
export interface ContextLost<C = unknown> {
  readonly _tag: 'ContextLost'
  /** The update that was not made. */
  readonly t: number
  /** The updates that the carry has. */
  readonly kept: number
  /** The last carry that `train` kept on the host: it is yours, can be read, saved, and gone on with elsewhere. */
  readonly carry: C
}

/** Something in a configuration is not what it may be. */
export interface BadConfig {
  readonly _tag: 'BadConfig'
  /** Where, `chain[1].adamw.lr`; empty for the whole. */
  readonly path: string
  readonly came: string
  readonly expected: string
  /** The nearest name, where one was misspelt. */
  readonly hint?: string
}

/** A configuration that has the right form, of which a constructor says why it makes nothing. */
export interface Refused {
  readonly _tag: 'Refused'
  readonly path: string
  readonly why: string
}

/** What cannot be written down as data: a function of somebody's own. */
export interface NotData {
  readonly _tag: 'NotData'
  /** The option that it is, `chain[1].adamw.where`. */
  readonly path: string
  readonly what: string
}

export type Failure<C = unknown> = NotFinite<C> | ContextLost<C> | BadConfig | Refused | NotData

export const show = (failure: Failure): string => {
  switch (failure._tag) {
    case 'NotFinite': {
      const { what, t, path } = failure
      return (
        `train: ${what === 'loss' ? 'the loss' : `leaf "${path}" of the gradient`} at step ${t} is not finite, ` +
        `expected a number; the carry is as it was after step ${t - 1}`
      )
    }
    case 'ContextLost': {
      const { t, kept } = failure
      return `train: the WebGL context was lost at step ${t}; the carry is as it was after step ${kept}, kept on the host`
    }
    case 'BadConfig': {
      const { path, came, expected, hint } = failure
      const suggestion = hint === undefined ? '' : `; did you mean "${hint}"?`
      return `config: ${path || 'the whole'} is ${came}, expected ${expected}${suggestion}`
    }
    case 'Refused':
      return `config: ${failure.path}: ${failure.why}`
    case 'NotData':
      return `config: ${failure.path || 'the whole'} is ${failure.what}, expected what can be written down as data`
  }
}

/** What `mistake` makes: told apart from an error in our own code. */
export class Mistake extends TypeError {
  readonly #why: string

  constructor(where: string, came: string, expected?: string) {
    const why = expected === undefined ? came : `${came}, expected ${expected}`
    super(`${where}: ${why}`)
    this.#why = why
  }

  /** The message without the public name. */
  get why(): string {
    return this.#why
  }
}

/** A mistake, said in one line: `adam: b1 is 1, expected 0 ≤ b1 < 1`. */
export const mistake = (where: string, came: string, expected?: string): Mistake => new Mistake(where, came, expected)

/** What TensorFlow.js says is wrong, in one line and under a public name. */
export const under = <A>(where: string, ask: () => A): A => {
  try {
    return ask()
  } catch (error) {
    throw mistake(where, (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' '))
  }
}

/** A value as an error shows it: short, and never a dump of a tensor. */
export const brief = (value: unknown): string => {
  if (typeof value === 'string') return value.length > 40 ? `"${value.slice(0, 37)}…"` : `"${value}"`
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === 'object' && value !== null) {
    // Not `value.constructor`: that may be a key of its own.
    const name = Object.getPrototypeOf(value)?.constructor?.name
    return name === undefined || name === 'Object' ? `an object with ${Object.keys(value).length} keys` : `a ${name}`
  }
  return String(value)
}
