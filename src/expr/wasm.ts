import type { Fn } from './assembler.js'
import type { Expr } from './expr.js'
import { type Code, f64, f64x2, get, i32, loopWhile, seq, set, type ValueType } from './instruction.js'
import {
  isTranscendental,
  type Lanes,
  type Stored,
  scalar32,
  scalar64,
  simd32,
  simd64,
  TRANSCENDENTAL,
} from './lanes.js'
import { type Program, program } from './program.js'
import type { Reduce } from './stages.js'

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
      const loop = (lanes: Stored): Code => {
        const { before, constants } = prepare(code, lanes, scalarAt, local)
        const flushing = flushed.length > 0 ? lanes.flushConstants.map((c) => [local(lanes.type), c] as const) : []
        const masks = flushing.map(([at]) => get(at))
        const { body, locals } = turn(code, lanes, constants, (x) => lanes.load(address(`in ${x}`)), local)
        const stores = outputs.map((x) => {
          const value = get(locals[code.outputs[x] as number] as number)
          return lanes.store(address(`out ${x}`), flushed.includes(x) ? lanes.flush(value, masks) : value)
        })
        return seq(before, ...flushing.map(([at, c]) => set(at, c)), inSteps(lanes.width, seq(body, ...stores)))
      }
      return seq(loop(simd32), loop(scalar32))
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
