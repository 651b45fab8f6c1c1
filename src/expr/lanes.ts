import type { Signature } from './assembler.js'
import type { Binary, Op, Unary } from './expr.js'
import { type Code, call, f32, f32x4, f64, f64x2, i32, i32x4, select, type ValueType, v128 } from './instruction.js'
import { arithmetic } from './number.js'

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
  transcendental(fn: number, args: readonly Code[]): Code
}

/** Words without an instruction: calls of the host's float64 functions, lane by lane, correctly rounded to float32. */
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

/** The words, from the instructions for arithmetic and the two that turn a comparison into a number and back. */
const words = (
  { ne: _, ...op }: Arithmetic,
  fill: (x: Code) => Code,
  asNumber: (comparison: Code) => Code,
  choose: (condition: Code, a: Code, b: Code) => Code,
): Lanes['ops'] => {
  const zero = fill(f64.const(0))
  const compare = (f: (a: Code, b: Code) => Code) => (a: Code, b: Code) => asNumber(f(a, b))
  const ops: { [op in Exclude<Unary, Transcendental>]: (a: Code) => Code } & {
    [op in Exclude<Binary, Transcendental>]: (a: Code, b: Code) => Code
  } & { select(c: Code, a: Code, b: Code): Code } = {
    ...op,
    sign: (a) => {
      const one = fill(f64.const(1))
      return choose(asNumber(op.gt(a, zero)), one, choose(asNumber(op.lt(a, zero)), op.neg(one), a))
    },
    isFinite: (a) => asNumber(op.lt(op.abs(a), fill(f64.const(Number.POSITIVE_INFINITY)))),
    gt: compare(op.gt),
    ge: compare(op.ge),
    lt: compare(op.lt),
    le: compare(op.le),
    eq: compare(op.eq),
    select: choose,
  }
  return ops as Lanes['ops']
}

/** Lanes that can also be written: `flush` makes 0 of what is subnormal, with the constants it needs in locals. */
export interface Stored extends Lanes {
  store(address: Code, x: Code): Code
  readonly flushConstants: readonly Code[]
  flush(x: Code, constants: readonly Code[]): Code
}

const NORMAL = 2 ** -126

export const scalar32: Stored = {
  type: 'f32',
  width: 1,
  load: f32.load,
  store: f32.store,
  flushConstants: [],
  flush: (x) => select(f32.const(0), x, f32.lt(f32.abs(x), f32.const(NORMAL))),
  fill: f32.demote,
  ops: words(
    f32,
    f32.demote,
    (c) => select(f32.const(1), f32.const(0), c),
    (c, a, b) => select(a, b, f32.ne(c, f32.const(0))),
  ),
  transcendental: (fn, args) => f32.demote(call(fn, ...args.map(f64.promote))),
}

export const scalar64: Lanes = {
  type: 'f64',
  width: 1,
  load: (address, offset) => f64.promote(f32.load(address, offset)),
  fill: (x) => x,
  ops: words(
    f64,
    (x) => x,
    (c) => select(f64.const(1), f64.const(0), c),
    (c, a, b) => select(a, b, f64.ne(c, f64.const(0))),
  ),
  transcendental: (fn, args) => call(fn, ...args),
}

const fill32 = (x: Code): Code => f32x4.splat(f32.demote(x))

export const simd32: Stored = {
  type: 'v128',
  width: 4,
  load: v128.load,
  store: v128.store,
  // V8 would make the mask of `abs` and the bound anew in every turn.
  flushConstants: [i32x4.splat(i32.const(0x7fffffff)), fill32(f64.const(NORMAL))],
  flush: (x, [mask = [], normal = []]) => v128.andnot(x, f32x4.lt(v128.and(x, mask), normal)),
  fill: fill32,
  ops: words(
    f32x4,
    fill32,
    (c) => v128.and(c, fill32(f64.const(1))),
    (c, a, b) => v128.bitselect(a, b, f32x4.ne(c, v128.zero)),
  ),
  transcendental: (fn, args) =>
    [0, 1, 2, 3].reduce<Code>(
      (lanes, i) => f32x4.replace(i, lanes, f32.demote(call(fn, ...args.map((a) => f64.promote(f32x4.extract(i, a)))))),
      v128.zero,
    ),
}

export const simd64: Lanes = {
  type: 'v128',
  width: 2,
  load: (address, offset) => f64x2.promoteLow(v128.load64Zero(address, offset)),
  fill: f64x2.splat,
  ops: words(
    f64x2,
    f64x2.splat,
    (c) => v128.and(c, f64x2.splat(f64.const(1))),
    (c, a, b) => v128.bitselect(a, b, f64x2.ne(c, v128.zero)),
  ),
  transcendental: (fn, args) =>
    [0, 1].reduce<Code>(
      (lanes, i) => f64x2.replace(i, lanes, call(fn, ...args.map((a) => f64x2.extract(i, a)))),
      v128.zero,
    ),
}
