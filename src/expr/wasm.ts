import type { Fn, Local } from './assembler.js'
import type { Expr } from './expr.js'
import { type Code, f64, f64x2, get, seq, set, v128 } from './instruction.js'
import {
  isComparison,
  isTranscendental,
  type Lanes,
  type Stored,
  scalar32,
  scalar64,
  simd32,
  simd64,
  TRANSCENDENTAL,
} from './lanes.js'
import { mixed } from './mixed.js'
import { type Arithmetic, POWERS } from './powers.js'
import { type Program, program } from './program.js'
import { cubeRoot } from './simd/cuberoot.js'
import { functions } from './simd/functions.js'
import { type Constants, constants, type Work, work } from './simd/work.js'
import type { Reduce } from './stages.js'
import { BYTES, everyTensor } from './table.js'

/**
 * Formulas as WebAssembly: one loop over memory for any number of formulas, one call for any number of tensors. What a call
 * works on stands in a table in the same memory, a record a tensor (`record`).
 *
 * A map loop computes in float32, four elements at a time, the last one to three one by one (nothing is read or written
 * past an end). A reduction loop adds in float64 (`mixed`).
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

/** Literals and scalars are put into locals once, before the loop; the code in the loop then refers to them. */
const prepare = ({ code }: Program, lanes: Lanes, scalars: ReadonlyMap<string, number>, local: Local) => {
  const at = new Map<number, number>()
  const before = code.map((instruction, i): Code => {
    const parameter = instruction.kind === 'variable' ? scalars.get(instruction.name) : undefined
    if (instruction.kind !== 'number' && parameter === undefined) return []
    at.set(i, local(lanes.type))
    const value = instruction.kind === 'number' ? f64.const(instruction.value) : get(parameter as number)
    return set(at.get(i) as number, lanes.fill(value))
  })
  return { before: seq(...before), at }
}

const instructions = ({ ops, test, pick, fill }: Lanes): Arithmetic<Code> => ({
  ...ops,
  number: (value) => fill(f64.const(value)),
  where: (a, b, then, otherwise) => pick(test.eq(a, b), then, otherwise),
})

/** One turn of the program: the code that runs it, and the local in which each instruction's value ends. */
const turn = (
  { code }: Program,
  lanes: Lanes,
  prepared: ReadonlyMap<number, number>,
  load: (input: string) => Code,
  local: Local,
  hoisted: Constants,
) => {
  const locals: number[] = []
  const value = (instruction: Program['code'][number], work: Work): Code => {
    if (instruction.kind === 'variable') return load(instruction.name)
    if (instruction.kind !== 'apply') throw new TypeError(`wasm: a ${instruction.kind} is in a loop; run stages first`)
    const { op } = instruction
    const operands = (at: readonly number[]) => at.map((a) => get(locals[a] as number))
    const args = operands(instruction.args) as [Code, Code, Code]
    const other = code[instruction.args[op === 'select' ? 0 : 1] as number]
    const exponent = op === 'pow' && other?.kind === 'number' ? other.value : undefined
    const power = POWERS.get(exponent ?? Number.NaN)
    if (power) return power(args[0], instructions(lanes))
    if (isTranscendental(op)) {
      const four = exponent === 1 / 3 ? cubeRoot : functions[op]
      return lanes.transcendental(TRANSCENDENTAL.indexOf(op), four, operands(instruction.args) as [Code, Code], work)
    }
    if (op !== 'select' || other?.kind !== 'apply' || !isComparison(other.op)) return lanes.ops[op](...args)
    // A comparison that only chooses need not become a number and a mask again.
    const [a, b] = operands(other.args) as [Code, Code]
    return lanes.pick(lanes.test[other.op](a, b), args[1], args[2])
  }
  const body = code.map((instruction, i): Code => {
    const constant = prepared.get(i)
    locals[i] = constant ?? local(lanes.type)
    if (constant !== undefined) return []
    const { code: before, ...rest } = work(local, hoisted)
    const last = value(instruction, rest)
    return seq(...before, set(locals[i], last))
  })
  return { body: seq(...body), locals }
}

/**
 * Writes each formula at every element; an output may be an input's memory. Streams are the inputs, then the formulas' outputs.
 * Outputs in `flushed` are never subnormal.
 */
export const mapLoop = (
  name: string,
  { inputs, scalars }: Loop,
  formulas: Readonly<{ [output: string]: Expr }>,
  flushed: readonly string[] = [],
): Fn => {
  const outputs = Object.keys(formulas)
  const streams = [...inputs.map((x) => `in ${x}`), ...outputs.map((x) => `out ${x}`)]
  const code = program(formulas)
  return everyTensor(name, streams, scalars, 0, ({ address, inSteps, scalars: scalarAt }, local) => {
    const hoisted = constants(local)
    const loop = (lanes: Stored): Code => {
      const prepared = prepare(code, lanes, scalarAt, local)
      const { body, locals } = turn(code, lanes, prepared.at, (x) => lanes.load(address(`in ${x}`)), local, hoisted)
      const stores = outputs.map((x) => {
        const value = get(locals[code.outputs[x] as number] as number)
        return lanes.store(address(`out ${x}`), flushed.includes(x) ? lanes.flush(value, hoisted) : value)
      })
      return seq(prepared.before, inSteps(lanes.width, seq(body, ...stores)))
    }
    const loops = [loop(simd32), loop(scalar32)]
    return seq(...hoisted.code, ...loops)
  })
}

const JOIN = {
  sum: { simd: f64x2.add, scalar: f64.add, unit: 0 },
  max: { simd: f64x2.max, scalar: f64.max, unit: Number.NEGATIVE_INFINITY },
} as const

/** Four sums at a time: an addition takes four cycles, so one sum alone would wait for itself. */
const SUMS = 4

/** Leaves the reductions' values over each tensor in its record, in order. */
export const reduceLoop = (name: string, { inputs, scalars }: Loop, given: readonly Reduce[]): Fn => {
  const { inner, reductions } = mixed(given)
  const narrow = program(inner)
  const code = program(Object.fromEntries(reductions.map((r) => [r.name, r.arg])))
  return everyTensor(
    name,
    inputs,
    scalars,
    reductions.length,
    ({ address, inSteps, result, scalars: scalarAt }, local) => {
      const hoisted = constants(local)
      /** So many sums at a time; as many as a vector of float32 is wide share what is computed in float32. */
      const loop = (lanes: Lanes, by32: Lanes, times: number, promoted: (x: number, half: number) => Code) => {
        const prepared = prepare(code, lanes, scalarAt, local)
        const narrowed = prepare(narrow, by32, scalarAt, local)
        const totals = reductions.map(() => Array.from({ length: times }, () => local(lanes.type)))
        const start = reductions.map(({ op }, r) =>
          seq(...(totals[r] as number[]).map((total) => set(total, lanes.fill(f64.const(JOIN[op].unit))))),
        )
        const halves = by32.width / lanes.width
        let found: readonly number[] = []
        const turns = Array.from({ length: times }, (_, k) => {
          const offset = k * lanes.width * BYTES
          const half = k % halves
          const first =
            half === 0
              ? turn(narrow, by32, narrowed.at, (x) => by32.load(address(x), offset), local, hoisted)
              : undefined
          found = first?.locals ?? found
          const load = (x: string): Code =>
            x in inner ? promoted(found[narrow.outputs[x] as number] as number, half) : lanes.load(address(x), offset)
          const { body, locals } = turn(code, lanes, prepared.at, load, local, hoisted)
          const gather = reductions.map(({ name: x, op }, r) => {
            const total = totals[r]?.[k] as number
            const step = lanes.width === 1 ? JOIN[op].scalar : JOIN[op].simd
            return set(total, step(get(total), get(locals[code.outputs[x] as number] as number)))
          })
          return seq(first?.body ?? [], body, ...gather)
        })
        const all = seq(prepared.before, narrowed.before, ...start, inSteps(lanes.width * times, seq(...turns)))
        return { code: all, totals }
      }
      const wide = loop(simd64, simd32, SUMS, (x, half) =>
        f64x2.promoteLow(half === 0 ? get(x) : v128.shuffle(UPPER, get(x), get(x))),
      )
      const tail = loop(scalar64, scalar32, 1, (x) => f64.promote(get(x)))
      const results = reductions.map(({ op }, r) => {
        const lanes = (wide.totals[r] as number[]).flatMap((x) => [f64x2.extract(0, get(x)), f64x2.extract(1, get(x))])
        return result(r, lanes.reduce<Code>(JOIN[op].scalar, get(tail.totals[r]?.[0] as number)))
      })
      return seq(...hoisted.code, wide.code, tail.code, ...results)
    },
  )
}

/** The upper two float32 of four, in the place of the lower. */
const UPPER = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15]
