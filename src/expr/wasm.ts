import {
  type Code,
  call,
  type Fn,
  f32,
  f32x4,
  f64,
  f64x2,
  get,
  i32,
  i32x4,
  loopWhile,
  type Signature,
  select,
  seq,
  set,
  type ValueType,
  v128,
} from './assembler.ts'
import type { Binary, Expr, Op, Unary } from './expr.ts'
import { arithmetic } from './number.ts'
import { type Program, program } from './program.ts'
import type { Reduce } from './stages.ts'

/**
 * Formulas as WebAssembly: one loop over memory for any number of formulas.
 *
 * A map loop computes in float32, four elements at a time, the last one to three one by one (nothing is read or written
 * past an end). A reduction loop computes in float64 from the first operation on, as `number` does, so that a sum of
 * squares neither overflows nor loses its small terms.
 *
 * Slots are stored flushed: below 2⁻¹²⁶ they are 0. Moments of dead units decay into that range, where the processor
 * takes 73 times as long (54 ms instead of 0.7 for a million).
 */
export interface Loop {
  /** Variables that are read from memory, one float32 an element. */
  readonly inputs: readonly string[]
  /** Variables that are equal for all elements: float64 parameters. */
  readonly scalars: readonly string[]
}

/** A way to hold elements: how many at a time, and the instructions for each word of the language. */
interface Lanes {
  readonly type: ValueType
  readonly width: number
  load(address: Code, offset: number): Code
  /** All lanes from one float64. */
  fill(x: Code): Code
  readonly ops: Readonly<Record<Exclude<Op, Transcendental>, (...args: readonly Code[]) => Code>>
  transcendental(fn: number, args: readonly Code[]): Code
}

/** Words without an instruction: calls of the host's float64 functions, lane by lane, correctly rounded to float32. */
const TRANSCENDENTAL = ['exp', 'log', 'tanh', 'erf', 'pow'] as const
type Transcendental = (typeof TRANSCENDENTAL)[number]

const isTranscendental = (op: Op): op is Transcendental => (TRANSCENDENTAL as readonly Op[]).includes(op)

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
interface Stored extends Lanes {
  store(address: Code, x: Code, offset: number): Code
  readonly flushConstants: readonly Code[]
  flush(x: Code, constants: readonly Code[]): Code
}

const NORMAL = 2 ** -126

const scalar32: Stored = {
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

const scalar64: Lanes = {
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

const simd32: Stored = {
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

const simd64: Lanes = {
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

type Local = (type: ValueType) => number

/** Literals and scalars are put into locals once, before the loop; the code in the loop then refers to them. */
const prepare = ({ code }: Program, lanes: Lanes, scalars: ReadonlyMap<string, number>, local: Local) => {
  const constants = new Map<number, number>()
  const before = code.map((instruction, i): Code => {
    const parameter = instruction.kind === 'variable' ? scalars.get(instruction.name) : undefined
    if (instruction.kind !== 'number' && parameter === undefined) return []
    constants.set(i, local(lanes.type))
    const value = instruction.kind === 'number' ? f64.const(instruction.value) : get(parameter as number)
    return set(constants.get(i) as number, lanes.fill(value))
  })
  return { before: seq(...before), constants }
}

/** One turn of the program: the code that runs it, and the local in which each instruction's value ends. */
const turn = (
  { code }: Program,
  lanes: Lanes,
  constants: ReadonlyMap<number, number>,
  load: (input: string) => Code,
  local: Local,
) => {
  const locals: number[] = []
  const value = (instruction: Program['code'][number]): Code => {
    if (instruction.kind === 'variable') return load(instruction.name)
    if (instruction.kind !== 'apply') throw new TypeError(`wasm: a ${instruction.kind} is in a loop; run stages first`)
    const { op } = instruction
    const args = instruction.args.map((a) => get(locals[a] as number))
    return isTranscendental(op) ? lanes.transcendental(TRANSCENDENTAL.indexOf(op), args) : lanes.ops[op](...args)
  }
  const body = code.map((instruction, i): Code => {
    const constant = constants.get(i)
    locals[i] = constant ?? local(lanes.type)
    return constant === undefined ? set(locals[i], value(instruction)) : []
  })
  return { body: seq(...body), locals }
}

const BYTES = 4
/** Vectors a turn: V8 then computes the addresses once for all of them. */
const UNROLLED = 4

/** Where each stream is, how far the loop has come, and loops of some elements a turn up to the end. */
const walk = (streams: readonly string[], pointers: readonly number[], n: number, local: Local) => {
  const at = local('i32')
  const end = local('i32')
  const address = (stream: string): Code => i32.add(get(pointers[streams.indexOf(stream)] as number), get(at))
  const inSteps = (elements: number, body: Code): Code =>
    seq(
      set(end, i32.shl(i32.and(get(n), i32.const(-elements)), i32.const(2))),
      loopWhile(i32.ltU(get(at), get(end)), seq(body, set(at, i32.add(get(at), i32.const(elements * BYTES))))),
    )
  return { address, inSteps }
}

/**
 * `name(n, …inputs, …outputs, …scalars)`: writes each formula at every element; an output may be an input's memory.
 * Outputs in `flushed` are never subnormal.
 */
export const mapLoop = (
  name: string,
  { inputs, scalars }: Loop,
  formulas: Readonly<Record<string, Expr>>,
  flushed: readonly string[] = [],
): Fn => {
  const outputs = Object.keys(formulas)
  const streams = [...inputs.map((x) => `in ${x}`), ...outputs.map((x) => `out ${x}`)]
  const code = program(formulas)
  return {
    name,
    params: ['i32', ...streams.map(() => 'i32' as const), ...scalars.map(() => 'f64' as const)],
    results: [],
    body: ([n, ...rest], local) => {
      const { address, inSteps } = walk(streams, rest, n as number, local)
      const scalarAt = new Map(scalars.map((x, i) => [x, rest[streams.length + i] as number]))
      const loop = (lanes: Stored, times: readonly number[]): Code => {
        const { before, constants } = prepare(code, lanes, scalarAt, local)
        const flushing = flushed.length > 0 ? lanes.flushConstants.map((c) => [local(lanes.type), c] as const) : []
        const masks = flushing.map(([at]) => get(at))
        const value = (x: string, at: number): Code => (flushed.includes(x) ? lanes.flush(get(at), masks) : get(at))
        const one = (k: number): Code => {
          const offset = k * lanes.width * BYTES
          const { body, locals } = turn(code, lanes, constants, (x) => lanes.load(address(`in ${x}`), offset), local)
          const stores = outputs.map((x) =>
            lanes.store(address(`out ${x}`), value(x, locals[code.outputs[x] as number] as number), offset),
          )
          return seq(body, ...stores)
        }
        const loops = times.map((k) => inSteps(lanes.width * k, seq(...Array.from({ length: k }, (_, i) => one(i)))))
        return seq(before, ...flushing.map(([at, c]) => set(at, c)), ...loops)
      }
      return seq(loop(simd32, [UNROLLED, 1]), loop(scalar32, [1]))
    },
  }
}

/** `name(n, …inputs, …scalars)`: the reductions' values over these elements, in order. */
export const reduceLoop = (name: string, { inputs, scalars }: Loop, reductions: readonly Reduce[]): Fn => {
  const code = program(Object.fromEntries(reductions.map((r) => [r.name, r.arg])))
  const join = {
    sum: { simd: f64x2.add, scalar: f64.add, unit: 0 },
    max: { simd: f64x2.max, scalar: f64.max, unit: -Infinity },
  }
  /** Four sums at a time: an addition takes four cycles, so one sum alone would wait for itself. */
  const TURNS = 4
  return {
    name,
    params: ['i32', ...inputs.map(() => 'i32' as const), ...scalars.map(() => 'f64' as const)],
    results: reductions.map(() => 'f64'),
    body: ([n, ...rest], local) => {
      const { address, inSteps } = walk(inputs, rest, n as number, local)
      const scalarAt = new Map(scalars.map((x, i) => [x, rest[inputs.length + i] as number]))
      const loop = (lanes: Lanes, times: number) => {
        const { before, constants } = prepare(code, lanes, scalarAt, local)
        const totals = reductions.map(() => Array.from({ length: times }, () => local(lanes.type)))
        const start = reductions.map(({ op }, r) =>
          seq(...(totals[r] as number[]).map((total) => set(total, lanes.fill(f64.const(join[op].unit))))),
        )
        const turns = Array.from({ length: times }, (_, k) => {
          const offset = k * lanes.width * BYTES
          const { body, locals } = turn(code, lanes, constants, (x) => lanes.load(address(x), offset), local)
          const gather = reductions.map(({ name: x, op }, r) => {
            const total = totals[r]?.[k] as number
            const step = lanes.width === 1 ? join[op].scalar : join[op].simd
            return set(total, step(get(total), get(locals[code.outputs[x] as number] as number)))
          })
          return seq(body, ...gather)
        })
        return { code: seq(before, ...start, inSteps(lanes.width * times, seq(...turns))), totals }
      }
      const wide = loop(simd64, TURNS)
      const tail = loop(scalar64, 1)
      const results = reductions.map(({ op }, r) => {
        const lanes = (wide.totals[r] as number[]).flatMap((x) => [f64x2.extract(0, get(x)), f64x2.extract(1, get(x))])
        return lanes.reduce(join[op].scalar, get(tail.totals[r]?.[0] as number))
      })
      return seq(wide.code, tail.code, ...results)
    },
  }
}
