import type { Signature } from './assembler.js'
import type { Binary, Op, Unary } from './expr.js'
import { type Code, call, f32, f32x4, f64, f64x2, select, type ValueType, v128 } from './instruction.js'
import { arithmetic } from './number.js'
import type { OfFour } from './simd/functions.js'
import type { Constants, Work } from './simd/work.js'

/**
 * How WebAssembly holds elements, four float32 or two float64 at a time or one by one, and what each word of the language is
 * for each of these.
 */

/** A way to hold elements: how many at a time, and the instructions for each word of the language. */
export interface Lanes {
  readonly type: ValueType
  readonly width: number
  load(address: Code, offset?: number): Code
  /** All lanes from one float64. */
  fill(x: Code): Code
  readonly ops: Readonly<Record<Exclude<Op, Transcendental>, (...args: readonly Code[]) => Code>>
  /** Comparisons as masks, and a choice by one. */
  readonly test: Readonly<Record<Comparison, (a: Code, b: Code) => Code>>
  pick(mask: Code, a: Code, b: Code): Code
  /** A function that is no instruction: in float32 by the code of four, in float64 by calls of the host's, lane by lane. */
  transcendental(host: number, four: OfFour, args: readonly [Code, Code], work: Work): Code
}

/** Words without an instruction, as the host's float64 functions are imported. */
export const TRANSCENDENTAL = ['exp', 'log', 'tanh', 'erf', 'pow'] as const
export type Transcendental = (typeof TRANSCENDENTAL)[number]

export const isTranscendental = (op: Op): op is Transcendental => (TRANSCENDENTAL as readonly Op[]).includes(op)

export const IMPORTS: readonly Signature[] = TRANSCENDENTAL.map((name) => ({
  name,
  params: name === 'pow' ? ['f64', 'f64'] : ['f64'],
  results: ['f64'],
}))

export const imports = Object.fromEntries(TRANSCENDENTAL.map((name) => [name, arithmetic[name]])) as Record<
  string,
  (...args: number[]) => number
>

type Arithmetic = Record<'neg' | 'abs' | 'sqrt', (a: Code) => Code> &
  Record<
    'add' | 'sub' | 'mul' | 'div' | 'min' | 'max' | 'eq' | 'ne' | 'lt' | 'gt' | 'le' | 'ge',
    (a: Code, b: Code) => Code
  >

/** The comparisons: each is a mask, of which a number is made where one is asked for. */
const COMPARISONS = ['gt', 'ge', 'lt', 'le', 'eq'] as const
export type Comparison = (typeof COMPARISONS)[number]

export const isComparison = (op: Op): op is Comparison => (COMPARISONS as readonly Op[]).includes(op)

type Words = Pick<Lanes, 'ops' | 'test' | 'pick'>

/** The words, from the instructions for arithmetic and the two that turn a mask into a number and into a choice. */
const words = (
  { ne, ...op }: Arithmetic,
  fill: (x: Code) => Code,
  asNumber: (mask: Code) => Code,
  pick: (mask: Code, a: Code, b: Code) => Code,
  withSignOf: (one: Code, a: Code) => Code,
): Words => {
  const zero = fill(f64.const(0))
  const compare = (f: (a: Code, b: Code) => Code) => (a: Code, b: Code) => asNumber(f(a, b))
  const ops: { [op in Exclude<Unary, Transcendental>]: (a: Code) => Code } & {
    [op in Exclude<Binary, Transcendental>]: (a: Code, b: Code) => Code
  } & { select(c: Code, a: Code, b: Code): Code } = {
    ...op,
    // 0 and NaN stay what they are.
    sign: (a) => pick(op.gt(op.abs(a), zero), withSignOf(fill(f64.const(1)), a), a),
    isFinite: (a) => asNumber(op.lt(op.abs(a), fill(f64.const(Number.POSITIVE_INFINITY)))),
    gt: compare(op.gt),
    ge: compare(op.ge),
    lt: compare(op.lt),
    le: compare(op.le),
    eq: compare(op.eq),
    select: (condition, a, b) => pick(ne(condition, zero), a, b),
  }
  return { ops: ops as Lanes['ops'], test: op, pick }
}

type Packed = Omit<Arithmetic, 'min' | 'max'> & Record<'pmin' | 'pmax', (a: Code, b: Code) => Code>

/**
 * The instructions for min and max that give NaN for one on either side take V8 eight of the processor's; these take four, and
 * differ in the sign of a 0 alone.
 */
const bounded = ({ pmin, pmax, ...op }: Packed): Arithmetic => ({
  ...op,
  min: (a, b) => v128.bitselect(b, pmin(a, b), op.ne(b, b)),
  max: (a, b) => v128.bitselect(b, pmax(a, b), op.ne(b, b)),
})

/** One, with the sign bits of another, where the mask has them. */
const signed =
  (bits: Code) =>
  (one: Code, a: Code): Code =>
    v128.or(one, v128.and(a, bits))

/** Lanes that can also be written: `flush` makes 0 of what is subnormal. */
export interface Stored extends Lanes {
  store(address: Code, x: Code): Code
  flush(x: Code, constants: Constants): Code
}

const NORMAL = 2 ** -126

export const scalar32: Stored = {
  type: 'f32',
  width: 1,
  load: f32.load,
  store: f32.store,
  flush: (x) => select(f32.const(0), x, f32.lt(f32.abs(x), f32.const(NORMAL))),
  fill: f32.demote,
  ...words(
    f32,
    f32.demote,
    (mask) => select(f32.const(1), f32.const(0), mask),
    (mask, a, b) => select(a, b, mask),
    f32.copysign,
  ),
  // In a vector, so that an element's value does not depend on its place.
  transcendental: (_, four, [a, b], work) => {
    const [x, y] = [a, b].map((one) => one && work.keep(f32x4.splat(one))) as [Code, Code]
    return f32x4.extract(0, four(work, x, y))
  },
}

export const scalar64: Lanes = {
  type: 'f64',
  width: 1,
  load: (address, offset) => f64.promote(f32.load(address, offset)),
  fill: (x) => x,
  ...words(
    f64,
    (x) => x,
    (mask) => select(f64.const(1), f64.const(0), mask),
    (mask, a, b) => select(a, b, mask),
    f64.copysign,
  ),
  transcendental: (host, _, args) => call(host, ...args),
}

const fill32 = (x: Code): Code => f32x4.splat(f32.demote(x))

export const simd32: Stored = {
  type: 'v128',
  width: 4,
  load: v128.load,
  store: v128.store,
  // V8 would make the mask of `abs` and the bound anew in every turn.
  flush: (x, { of }) =>
    v128.andnot(x, f32x4.lt(v128.andnot(x, of(fill32(f64.const(-0)))), of(fill32(f64.const(NORMAL))))),
  fill: fill32,
  ...words(
    bounded(f32x4),
    fill32,
    (mask) => v128.and(mask, fill32(f64.const(1))),
    (mask, a, b) => v128.bitselect(a, b, mask),
    signed(fill32(f64.const(-0))),
  ),
  transcendental: (_, four, args, work) => four(work, ...args),
}

export const simd64: Lanes = {
  type: 'v128',
  width: 2,
  load: (address, offset) => f64x2.promoteLow(v128.load64Zero(address, offset)),
  fill: f64x2.splat,
  ...words(
    bounded(f64x2),
    f64x2.splat,
    (mask) => v128.and(mask, f64x2.splat(f64.const(1))),
    (mask, a, b) => v128.bitselect(a, b, mask),
    signed(f64x2.splat(f64.const(-0))),
  ),
  transcendental: (host, _, args) =>
    [0, 1].reduce<Code>(
      (lanes, i) => f64x2.replace(i, lanes, call(host, ...args.map((a) => f64x2.extract(i, a)))),
      v128.zero,
    ),
}
