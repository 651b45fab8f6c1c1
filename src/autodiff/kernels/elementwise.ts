import { type KernelFunc, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { variable } from '../../expr/expr.js'
import { substitute } from '../../expr/fold.js'
import { type Evaluate, number } from '../../expr/number.js'
import { variables } from '../../expr/program.js'
import { type Layout, record } from '../../expr/table.js'
import { hoist } from '../../expr/uniform.js'
import { mapLoop } from '../../expr/wasm.js'
import { address, allocate, outputs, type WasmBackend } from '../../kernel/heap.js'
import { instance, scratchOf } from '../../kernel/memory.js'
import { madeOnce } from '../../kernel/once.js'
import { type Application, filled, replaceElementwise } from '../application.js'
import type { Formula } from '../formula.js'
import { BYTES } from './block.js'
import { type Place, type Runs, runs } from './broadcast.js'

/**
 * Formulas over TensorFlow.js's WebAssembly heap: one loop for all outputs, each shared term computed once, compiled once for each
 * formula and each choice of operands that stay at one number along a run. What depends on such numbers alone is computed
 * before the run, in float64.
 */
interface Loop {
  /** Every record of a table. */
  run(table: number, records: number): void
  readonly layout: Layout
  /** Which operands follow along a run. */
  readonly inputs: readonly number[]
  /** What the loop needs of those that stay: one of them, or what a formula makes of them. */
  readonly scalars: readonly (number | Evaluate)[]
}

const loopOf = (backend: WasmBackend, { names, outputs }: Formula, follows: readonly boolean[]): Loop => {
  const places = names.map((name, i) => [name, variable(name, follows[i] ? 'element' : 'tree')] as const)
  const read = substitute(Object.fromEntries(places))
  const hoisted = hoist(Object.fromEntries(outputs.map((output, k) => [`y${k}`, read(output)])))
  const inputs = variables(hoisted.outputs, ['element'])
  const scalars = Object.keys(hoisted.scalars)
  return {
    run: instance(backend, mapLoop('map', { inputs, scalars }, hoisted.outputs)),
    layout: record(inputs.length + outputs.length, scalars.length, 0),
    inputs: inputs.map((name) => names.indexOf(name)),
    scalars: Object.values(hoisted.scalars).map((scalar) =>
      scalar.node.kind === 'variable' ? names.indexOf(scalar.node.name) : number(scalar),
    ),
  }
}

const compiled = madeOnce((_: WasmBackend) => madeOnce((_: Formula) => new Map<string, Loop>()))

const compiledOf = (backend: WasmBackend, formula: Formula, follows: readonly boolean[]): Loop => {
  const loops = compiled(backend)(formula)
  const key = follows.join()
  const loop = loops.get(key) ?? loopOf(backend, formula, follows)
  loops.set(key, loop)
  return loop
}

/** A parameter: a number, or a tensor's memory and how it is gone through. */
type Operand = number | (Place & { readonly at: number })

const follows = (x: Operand): boolean => typeof x !== 'number' && x.follows

/** Records in the table of one call. */
const RECORDS = 1024

/** All elements of the outputs, runs of so many one after the other; the last one may be shorter. */
const go = (
  backend: WasmBackend,
  formula: Formula,
  operands: readonly Operand[],
  outputs: readonly number[],
  length: number,
  size: number,
): void => {
  const { run, layout, inputs, scalars } = compiledOf(backend, formula, operands.map(follows))
  const count = Math.ceil(size / length)
  const staying = operands.flatMap((x, i) => (follows(x) ? [] : [[formula.names[i] as string, x] as const]))
  const environment: Record<string, number> = {}
  const formulas = scalars.some((scalar) => typeof scalar !== 'number')
  for (let first = 0; first < count; first += RECORDS) {
    const records = Math.min(RECORDS, count - first)
    const table = scratchOf(backend, records * layout.bytes)
    const { HEAPU32, HEAPF32, HEAPF64 } = backend.wasm
    const elementAt = (x: Operand, k: number): number =>
      typeof x === 'number' ? x : (HEAPF32[(x.at >>> 2) + (x.starts ? (x.starts[k] as number) : 0)] as number)
    for (let k = first, at = table; k < first + records; k++, at += layout.bytes) {
      const begin = k * length
      HEAPU32[at >>> 2] = Math.min(length, size - begin)
      let word = (at + layout.streams) >>> 2
      for (const i of inputs) {
        const x = operands[i] as Exclude<Operand, number>
        // A row has runs that all begin where it does.
        HEAPU32[word++] = x.at + (x.whole ? begin : (x.starts?.[k] ?? 0)) * BYTES
      }
      for (const to of outputs) HEAPU32[word++] = to + begin * BYTES
      if (formulas) for (const [name, x] of staying) environment[name] = elementAt(x, k)
      let double = (at + layout.scalars) / 8
      for (const scalar of scalars)
        HEAPF64[double++] = typeof scalar === 'number' ? elementAt(operands[scalar] as Operand, k) : scalar(environment)
    }
    run(table, records)
  }
}

/** Rows that are shorter are laid out several times, side by side: a record costs as much as some hundred elements. */
const SHORT = 256

/** `times` of them in memory of their own. */
const repeated = (backend: WasmBackend, at: number, length: number, times: number): number => {
  const to = allocate(backend, length * times * BYTES)
  const { HEAPF32 } = backend.wasm
  for (let k = 0; k < times; k++) HEAPF32.copyWithin(to / BYTES + k * length, at / BYTES, at / BYTES + length)
  return to
}

/** How many runs can be one: where all that is broadcast is rows and scalars. */
const together = ({ count, length, operands }: Runs): number =>
  length < SHORT && operands.every(({ whole, starts }) => whole || !starts)
    ? Math.min(count, Math.ceil(SHORT / length))
    : 1

interface Operands {
  readonly inputs: readonly TensorInfo[]
  readonly backend: WasmBackend
  readonly attrs: Application
}

export const elementwise = ({ inputs, backend, attrs: { formula, numbers, shape } }: Operands): TensorInfo[] => {
  const size = util.sizeFromShape([...shape])
  const plan = runs(
    inputs.map((x) => x.shape),
    shape,
  )
  const times = together(plan)
  const rows: number[] = []
  const write = (to: readonly number[]): void => {
    if (size === 0) return
    const tensors = inputs.map(({ dataId }, k) => {
      const place = plan.operands[k] as Place
      const at = address(backend, dataId)
      if (times === 1 || place.whole || !place.follows) return { ...place, at }
      rows.push(repeated(backend, at, plan.length, times))
      return { ...place, at: rows.at(-1) as number }
    })
    go(backend, formula, filled<Operand>(numbers, tensors), to, plan.length * times, size)
  }
  try {
    const shapes = formula.outputs.map(() => shape)
    return outputs(backend, shapes, write)
  } finally {
    for (const row of rows) backend.wasm._free(row)
  }
}

/** A kernel that tfjs has not: it is there whether tfjs's own are replaced or not. */
export const installElementwise = (): void => replaceElementwise('wasm', elementwise as unknown as KernelFunc)
