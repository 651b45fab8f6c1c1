import {
  engine,
  getBackend,
  type NamedTensorMap,
  registerKernel,
  type Tensor,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { assemble, type Fn } from '../expr/assembler.js'
import { IMPORTS, imports } from '../expr/lanes.js'
import { factor } from '../expr/uniform.js'
import { mapLoop, reduceLoop } from '../expr/wasm.js'
import type { Rule } from '../rule/rule.js'
import type { Executor, Work } from './executor.js'
import { address, type Home, instantiate, isShared, type WasmBackend, written } from './heap.js'
import { compile, type Memory, type Mode, OUT, type Run } from './loops.js'
import { tensor } from './tensor.js'

/**
 * A rule fused over TensorFlow.js's own heap: one loop a leaf, written at run time, in place for `advance`.
 *
 * A step is one tfjs kernel call for the whole tree, so that tidy, memory counts and profiles see it.
 */
export const STEP = 'GradusStep'

type Address = number
type Kernel = (backend: WasmBackend) => TensorInfo[]

const instance = (backend: WasmBackend, fn: Fn): ((...args: number[]) => unknown) => {
  const bytes = assemble({ memory: { shared: isShared(backend) }, imports: IMPORTS, functions: [fn] })
  return instantiate(backend, bytes, imports)[fn.name] as (...args: number[]) => unknown
}

const memoryOf = (backend: WasmBackend): Memory<Address> => ({
  prepare: factor,
  map: (inputs, scalars, formulas, flushed) => {
    const loop = instance(backend, mapLoop('map', { inputs, scalars }, formulas, flushed))
    const args: number[] = []
    return (n, i, ins, outs, values) => {
      let k = 0
      args[k++] = n
      for (const column of ins) args[k++] = column[i] as number
      for (const column of outs) args[k++] = column[i] as number
      for (const value of values) args[k++] = value
      loop(...args)
    }
  },
  reduce: (inputs, scalars, reductions) => {
    const loop = instance(backend, reduceLoop('reduce', { inputs, scalars }, reductions))
    return (n, i, ins, values) => {
      const found = loop(n, ...ins.map((column) => column[i] as number), ...values)
      return reductions.length === 1 ? [found as number] : (found as number[])
    }
  },
  get: (at) => backend.wasm.HEAPF32[at >>> 2] as number,
  set: (at, value) => {
    backend.wasm.HEAPF32[at >>> 2] = value
  },
})

const compiled = new WeakMap<WasmBackend, WeakMap<Rule, Partial<Record<Mode, Run<Address>>>>>()

/** Compiled once for each rule, mode and life of the back end. */
const runOf = (backend: WasmBackend, rule: Rule, mode: Mode): Run<Address> => {
  const rules = compiled.get(backend) ?? new WeakMap<Rule, Partial<Record<Mode, Run<Address>>>>()
  compiled.set(backend, rules)
  const modes = rules.get(rule) ?? {}
  rules.set(rule, modes)
  modes[mode] ??= compile(rule, mode, memoryOf(backend))
  return modes[mode]
}

/** One kernel call, with every leaf among its inputs. */
const asKernel = (leaves: readonly Tensor[], kernel: Kernel): readonly Tensor[] => {
  const attrs = { kernel } as unknown as Parameters<ReturnType<typeof engine>['runKernel']>[2]
  return engine().runKernel(STEP, leaves as unknown as NamedTensorMap, attrs) as unknown as Tensor[]
}

export const registerStep = (): void =>
  registerKernel({
    kernelName: STEP,
    backendName: 'wasm',
    kernelFunc: ({ attrs, backend }) => (attrs as unknown as { kernel: Kernel }).kernel(backend as WasmBackend),
  })

type Columns<L> = readonly (readonly L[])[]

/** `leaves` in columns of the lengths that `like` has. */
const columns = <L>(like: Columns<unknown>, leaves: readonly L[]): readonly [readonly L[], ...Columns<L>] => {
  let next = 0
  const cut = like.map((column) => column.map(() => leaves[next++] as L))
  return cut as unknown as readonly [L[], ...L[][]]
}

/** Where a step reads θ and the slots, and where it writes Δθ or θ′ and the slots. */
interface Places {
  readonly theta: readonly Address[]
  readonly slots: Columns<Address>
  readonly out: readonly Address[]
  readonly next: Columns<Address>
}

const run = (backend: WasmBackend, mode: Mode, work: Work<Tensor>, { theta, slots, out, next }: Places): boolean => {
  const { rule, shapes, grads, scalars, constants } = work
  const inputs: Record<string, readonly Address[]> = { g: grads.map((x) => address(backend, x.dataId)), theta }
  const outputs: Record<string, readonly Address[]> = { [OUT]: out }
  for (const [s, name] of Object.keys(rule.slots).entries()) {
    inputs[name] = slots[s] as Address[]
    outputs[name] = next[s] as Address[]
  }
  const sizes = shapes.map((shape) => shape.reduce((a, b) => a * b, 1))
  return runOf(backend, rule, mode)({ sizes, inputs, outputs, scalars, constants })
}

export const wasm: Executor<Tensor> = {
  ...tensor,
  get name() {
    return getBackend()
  },

  update: (work) => {
    const { grads, params = [], slots } = work
    const made = asKernel([...grads, ...params, ...slots.flat()], (backend) => {
      const at = (x: TensorInfo): Address => address(backend, x.dataId)
      const results = [...grads, ...slots.flat()].map(({ shape }) => backend.makeOutput(shape, 'float32'))
      const [out, ...next] = columns([grads, ...slots], results.map(at))
      run(backend, 'update', work, { theta: params.map(at), slots: slots.map((slot) => slot.map(at)), out, next })
      return results
    })
    const [delta, ...next] = columns([grads, ...slots], made)
    return { slots: next, delta }
  },

  advance: (work, guard) => {
    const { grads, params = [], slots } = work
    const owned = [...params, ...slots.flat()]
    // What somebody else holds too, or is read as a gradient: a new tensor takes its place.
    const shared = new Set<Tensor>()
    let moved = true
    const made = asKernel([...grads, ...owned], (backend) => {
      const homes = owned.map(({ dataId }) => backend.dataIdMap.get(dataId))
      const read = new Set(grads.map(({ dataId }) => dataId))
      for (const [i, leaf] of owned.entries())
        if ((homes[i] as Home).refCount > 1 || read.has(leaf.dataId)) shared.add(leaf)
      const results = [...shared].map(({ shape }) => backend.makeOutput(shape, 'float32'))
      const from = homes.map(({ memoryOffset }) => memoryOffset >>> 0)
      let replaced = 0
      const to = from.map((at, i) =>
        shared.has(owned[i] as Tensor) ? address(backend, (results[replaced++] as TensorInfo).dataId) : at,
      )
      const [theta, ...before] = columns([params, ...slots], from)
      const [out, ...next] = columns([params, ...slots], to)
      moved = run(backend, guard ? 'guarded advance' : 'advance', work, { theta, slots: before, out, next })
      if (moved) for (const [i, { size }] of owned.entries()) written(backend, homes[i] as Home, size)
      return results
    })
    if (!moved) {
      for (const x of made) x.dispose()
      return undefined
    }
    let replaced = 0
    const now = shared.size === 0 ? owned : owned.map((x) => (shared.has(x) ? (made[replaced++] as Tensor) : x))
    for (const x of shared) x.dispose()
    const [theta, ...next] = columns([params, ...slots], now)
    return { slots: next, params: theta }
  },
}
