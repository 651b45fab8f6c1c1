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

export type Failure<C = unknown> = NotFinite<C>

export const show = ({ what, t, path }: Failure): string =>
  `train: ${what === 'loss' ? 'the loss' : `leaf "${path}" of the gradient`} at step ${t} is not finite, ` +
  `expected a number; the carry is as it was after step ${t - 1}`

/** A mistake, said in one line: `adam: b1 is 1, expected 0 ≤ b1 < 1`. */
export const mistake = (where: string, came: string, expected?: string): TypeError =>
  new TypeError(expected === undefined ? `${where}: ${came}` : `${where}: ${came}, expected ${expected}`)

/** A value as an error shows it: short, and never a dump of a tensor. */
export const brief = (value: unknown): string => {
  if (typeof value === 'string') return value.length > 40 ? `"${value.slice(0, 37)}…"` : `"${value}"`
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === 'object' && value !== null) {
    const name = value.constructor?.name
    return name === undefined || name === 'Object' ? `an object with ${Object.keys(value).length} keys` : `a ${name}`
  }
  return String(value)
}
