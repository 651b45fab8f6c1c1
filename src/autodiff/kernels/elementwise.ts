import { type KernelConfig, type KernelFunc, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { variable } from '../../expr/expr.js'
import { substitute } from '../../expr/fold.js'
import { number } from '../../expr/number.js'
import { variables } from '../../expr/program.js'
import { hoist } from '../../expr/uniform.js'
import { address, type WasmBackend } from '../../kernel/heap.js'
import { memoryOf } from '../../kernel/memory.js'
import { type Application, ELEMENTWISE } from '../application.js'
import type { Formula } from '../formula.js'
import { BYTES } from './block.js'
import { type Runs, runs } from './broadcast.js'

/**
 * Formulas over TensorFlow.js's WebAssembly heap: one loop for all outputs, each shared term computed once, compiled once for each
 * formula and each choice of operands that stay at one number along a run. What depends on such numbers alone is computed
 * before the run, in float64.
 */
type Loop = (
  sizes: readonly number[],
  operands: readonly (readonly number[])[],
  outputs: readonly (readonly number[])[],
) => void

/** Each operand's column has an address for every run where it follows, otherwise a number. */
const loopOf = (backend: WasmBackend, { names, outputs }: Formula, follows: readonly boolean[]): Loop => {
  const places = names.map((name, i) => [name, variable(name, follows[i] ? 'element' : 'tree')] as const)
  const read = substitute(Object.fromEntries(places))
  const hoisted = hoist(Object.fromEntries(outputs.map((output, k) => [`y${k}`, read(output)])))
  const inputs = variables(hoisted.outputs, ['element']).map((name) => names.indexOf(name))
  const scalars = Object.values(hoisted.scalars).map(number)
  const map = memoryOf(backend).map(
    inputs.map((i) => names[i] as string),
    Object.keys(hoisted.scalars),
    hoisted.outputs,
    [],
  )
  return (sizes, operands, outs) => {
    const environment: Record<string, number> = {}
    const valuesAt = (run: number): readonly number[] => {
      for (const [i, name] of names.entries()) environment[name] = operands[i]?.[run] as number
      return scalars.map((value) => value(environment))
    }
    const ins = inputs.map((i) => operands[i] as readonly number[])
    map(sizes, ins, outs, valuesAt)
  }
}

const compiled = new WeakMap<WasmBackend, WeakMap<Formula, Map<string, Loop>>>()

const compiledOf = (backend: WasmBackend, formula: Formula, follows: readonly boolean[]): Loop => {
  const formulas = compiled.get(backend) ?? new WeakMap<Formula, Map<string, Loop>>()
  compiled.set(backend, formulas)
  const loops = formulas.get(formula) ?? new Map<string, Loop>()
  formulas.set(formula, loops)
  const key = follows.join()
  const loop = loops.get(key) ?? loopOf(backend, formula, follows)
  loops.set(key, loop)
  return loop
}

/** Below so many elements a run costs more than copying what is broadcast to the whole shape. */
const SHORT = 32
/** Records in the table of one call. */
const RUNS = 1024

/** An operand laid out as the whole shape, in memory of its own. */
const spread = (
  { wasm }: WasmBackend,
  { count, length }: Runs,
  at: number,
  operand: Runs['operands'][number],
): number => {
  const to = wasm._malloc(count * length * BYTES) >>> 0
  const { HEAPF32 } = wasm
  for (const [run, start] of operand.starts.entries()) {
    const [from, into] = [at / BYTES + start, to / BYTES + run * length]
    if (operand.follows) HEAPF32.copyWithin(into, from, from + length)
    else HEAPF32.fill(HEAPF32[from] as number, into, into + length)
  }
  return to
}

interface Operands {
  readonly inputs: readonly TensorInfo[]
  readonly backend: WasmBackend
  readonly attrs: Application
}

const elementwise = ({ inputs, backend, attrs: { formula, numbers, shape } }: Operands): TensorInfo[] => {
  const outputs = formula.outputs.map(() => backend.makeOutput([...shape], 'float32'))
  const size = util.sizeFromShape([...shape])
  if (size === 0) return outputs
  const to = outputs.map(({ dataId }) => address(backend, dataId))
  const places = numbers.flatMap((given, i) => (given === undefined ? [i] : []))
  const plan = runs(
    inputs.map((x) => x.shape),
    shape,
  )
  const short = plan.length < SHORT && plan.count > 1
  const laidOut: number[] = []
  try {
    const at = inputs.map(({ dataId }, k) => {
      const own = address(backend, dataId)
      const operand = plan.operands[k] as Runs['operands'][number]
      if (!short || operand.whole) return own
      const copy = spread(backend, plan, own, operand)
      laidOut.push(copy)
      return copy
    })
    const follows = numbers.map(() => false)
    for (const [k, i] of places.entries()) follows[i] = short || (plan.operands[k]?.follows as boolean)
    const loop = compiledOf(backend, formula, follows)
    const [count, length] = short ? [1, size] : [plan.count, plan.length]
    for (let first = 0; first < count; first += RUNS) {
      const each = Array.from({ length: Math.min(RUNS, count - first) }, (_, j) => first + j)
      const { HEAPF32 } = backend.wasm
      const columns = numbers.map((given): number[] => each.map(() => given ?? 0))
      for (const [k, i] of places.entries()) {
        const starts = plan.operands[k]?.starts as readonly number[]
        const begin = at[k] as number
        columns[i] = each.map((run) => {
          if (short) return begin
          const here = begin + (starts[run] as number) * BYTES
          return follows[i] ? here : (HEAPF32[here >>> 2] as number)
        })
      }
      const outs = to.map((begin) => each.map((run) => begin + run * length * BYTES))
      loop(
        each.map(() => length),
        columns,
        outs,
      )
    }
  } finally {
    for (const copy of laidOut) backend.wasm._free(copy)
  }
  return outputs
}

export const elementwiseOnWasm: KernelConfig = {
  kernelName: ELEMENTWISE,
  backendName: 'wasm',
  kernelFunc: elementwise as unknown as KernelFunc,
}
