import { erf } from '../../src/expr/erf.js'
import type { Words } from '../../src/expr/fold.js'

/**
 * What float32 may make of an operation: all numbers from `lo` to `hi`, and NaN where `nan` says so.
 *
 * Operations are taken to be 2⁻²² off at most, four times what IEEE 754 allows: graphics cards need that for a quotient or a root;
 * functions 2⁻²⁰, and where they are polynomials, tfjs's erf for one, 2⁻²¹ besides. A result that float32 has exactly is exact, so
 * that 0 is 0; one below 2⁻¹²⁶ may be 0 too, one above 2¹²⁸ infinite.
 */
export interface Interval {
  readonly lo: number
  readonly hi: number
  readonly nan: boolean
}

export const ANYTHING: Interval = { lo: -Infinity, hi: Infinity, nan: true }
/** One number that float32 has; or 0, if it is so small that it may be taken for that. */
export const point = (x: number): Interval => {
  if (Number.isNaN(x)) return ANYTHING
  return Math.abs(x) < LEAST ? { lo: Math.min(0, x), hi: Math.max(0, x), nan: false } : { lo: x, hi: x, nan: false }
}
/** A number that float32 need not have. */
export const near = (x: number): Interval => (Math.fround(x) === x ? point(x) : around(x, x, false, U))

export const holds = ({ lo, hi, nan }: Interval, x: number): boolean => (Number.isNaN(x) ? nan : lo <= x && x <= hi)

const U = 2 ** -22
const LEAST = 2 ** -126
const MOST = 2 ** 128 * (1 - 2 ** -24)

const isPoint = ({ lo, hi, nan }: Interval): boolean => lo === hi && !nan
const touchesZero = ({ lo, hi }: Interval): boolean => lo <= 0 && hi >= 0

const around = (lo: number, hi: number, nan: boolean, relative: number, absolute = 0): Interval => {
  if (Number.isNaN(lo) || Number.isNaN(hi)) return ANYTHING
  const down = Number.isFinite(lo) ? lo - Math.abs(lo) * relative - absolute : lo
  const up = Number.isFinite(hi) ? hi + Math.abs(hi) * relative + absolute : hi
  return {
    lo: down < -MOST ? -Infinity : down < 0 && down > -LEAST ? -LEAST : down > 0 && down < LEAST ? 0 : down,
    hi: up > MOST ? Infinity : up > 0 && up < LEAST ? LEAST : up < 0 && up > -LEAST ? 0 : up,
    nan,
  }
}

/** Exact where both operands are and float32 has the result. */
const arithmetic = (a: Interval, b: Interval, corners: readonly number[]): Interval => {
  const [x = 0] = corners
  if (isPoint(a) && isPoint(b) && Math.fround(x) === x) return point(x)
  return around(Math.min(...corners), Math.max(...corners), a.nan || b.nan, U)
}

const corners = (f: (x: number, y: number) => number, a: Interval, b: Interval): readonly number[] =>
  isPoint(a) && isPoint(b) ? [f(a.lo, b.lo)] : [f(a.lo, b.lo), f(a.lo, b.hi), f(a.hi, b.lo), f(a.hi, b.hi)]

const times = (x: number, y: number): number => x * y
const over = (x: number, y: number): number => x / y

const rising =
  (f: (x: number) => number, absolute = 0, relative: (y: number) => number = () => 2 ** -20) =>
  ({ lo, hi, nan }: Interval): Interval => {
    const [a, b] = [f(lo), f(hi)]
    return around(a, b, nan, Math.max(relative(a), relative(b)), absolute)
  }

/** exp and pow go through a product in the exponent, which rounds too. */
const ofExponent = (y: number): number => 2 ** -20 * (1 + Math.min(128, Math.abs(Math.log(y))))

const compared =
  (yes: (a: Interval, b: Interval) => boolean, no: (a: Interval, b: Interval) => boolean) =>
  (a: Interval, b: Interval): Interval => {
    if (a.nan || b.nan) return { lo: 0, hi: 1, nan: false }
    return { lo: yes(a, b) ? 1 : 0, hi: no(a, b) ? 0 : 1, nan: false }
  }

const above = (a: Interval, b: Interval): boolean => a.lo > b.hi
const notBelow = (a: Interval, b: Interval): boolean => a.lo >= b.hi

const sub = (a: Interval, b: Interval): Interval => {
  const [lo, hi] = [a.lo - b.hi, a.hi - b.lo]
  return arithmetic(a, b, [lo, hi])
}

export const intervals: Words<Interval> = {
  neg: ({ lo, hi, nan }) => ({ lo: -hi, hi: -lo, nan }),
  abs: (a) => {
    const [x, y] = [Math.abs(a.lo), Math.abs(a.hi)]
    return { lo: touchesZero(a) ? 0 : Math.min(x, y), hi: Math.max(x, y), nan: a.nan }
  },
  sign: ({ lo, hi, nan }) => ({ lo: Math.sign(lo), hi: Math.sign(hi), nan }),
  sqrt: (a) => {
    if (a.lo === 0 && isPoint(a)) return a
    return around(Math.sqrt(Math.max(0, a.lo)), Math.sqrt(Math.max(0, a.hi)), a.nan || a.lo < 0, U)
  },
  exp: rising(Math.exp, 0, ofExponent),
  log: (a) => (a.lo < 0 ? ANYTHING : rising(Math.log, 2 ** -21)(a)),
  tanh: (a) => (a.lo === 0 && isPoint(a) ? a : rising(Math.tanh, 2 ** -21)(a)),
  erf: rising(erf, 2 ** -20),
  isFinite: ({ lo, hi, nan }) => ({
    lo: !nan && lo > -MOST && hi < MOST ? 1 : 0,
    hi: lo > MOST || hi < -MOST ? 0 : 1,
    nan: false,
  }),
  add: (a, b) => arithmetic(a, b, [a.lo + b.lo, a.hi + b.hi]),
  sub,
  mul: (a, b) => {
    if (a !== b || isPoint(a)) return arithmetic(a, b, corners(times, a, b))
    const [x, y] = [a.lo * a.lo, a.hi * a.hi]
    return around(touchesZero(a) ? 0 : Math.min(x, y), Math.max(x, y), a.nan, U)
  },
  div: (a, b) => {
    if (touchesZero(b)) return ANYTHING
    if (isPoint(a) && a.lo === 0) return { ...a, nan: b.nan }
    const found = corners(over, a, b)
    return around(Math.min(...found), Math.max(...found), a.nan || b.nan, U)
  },
  min: (a, b) => ({ lo: Math.min(a.lo, b.lo), hi: Math.min(a.hi, b.hi), nan: a.nan || b.nan }),
  max: (a, b) => ({ lo: Math.max(a.lo, b.lo), hi: Math.max(a.hi, b.hi), nan: a.nan || b.nan }),
  pow: (a, b) => {
    if (a.lo < 0 && !(isPoint(a) && isPoint(b))) return ANYTHING
    if (touchesZero(a) && b.lo < 0) return ANYTHING
    const found = corners(Math.pow, a, b)
    const [lo, hi] = [Math.min(...found), Math.max(...found)]
    return around(lo, hi, a.nan || b.nan, Math.max(...found.map(Math.abs).map(ofExponent)))
  },
  gt: compared(above, (a, b) => notBelow(b, a)),
  ge: compared(notBelow, (a, b) => above(b, a)),
  lt: compared((a, b) => above(b, a), notBelow),
  le: compared((a, b) => notBelow(b, a), above),
  eq: compared(
    (a, b) => isPoint(a) && isPoint(b) && a.lo === b.lo,
    (a, b) => above(a, b) || above(b, a),
  ),
  select: (condition, a, b) => {
    if (!condition.nan && !touchesZero(condition)) return a
    if (isPoint(condition)) return b
    return { lo: Math.min(a.lo, b.lo), hi: Math.max(a.hi, b.hi), nan: a.nan || b.nan }
  },
}

/** In whatever order. */
export const sum = (terms: readonly Interval[]): Interval => {
  const [lo, hi, size] = terms.reduce(
    ([lo, hi, size], a) => [lo + a.lo, hi + a.hi, size + Math.max(Math.abs(a.lo), Math.abs(a.hi))],
    [0, 0, 0] as readonly [number, number, number],
  )
  if (size === 0) return point(0)
  return around(
    lo,
    hi,
    terms.some(({ nan }) => nan),
    U,
    Number.isFinite(size) ? size * U * terms.length : Infinity,
  )
}

export const most = (terms: readonly Interval[]): Interval => terms.reduce(intervals.max, point(-Infinity))
