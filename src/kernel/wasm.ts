import {
  backend as currentBackend,
  engine,
  type NamedTensorMap,
  registerKernel,
  type Tensor,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { assemble, type Fn } from '../expr/assembler.ts'
import { factor } from '../expr/uniform.ts'
import { IMPORTS, imports, mapLoop, reduceLoop } from '../expr/wasm.ts'
import type { Rule } from '../rule/rule.ts'
import type { Executor, Work } from './executor.ts'
import { address, instantiate, isShared, type WasmBackend, written } from './heap.ts'
import { compile, type Memory, type Mode, type Run } from './loops.ts'
import { tensor } from './tensor.ts'

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
    return (n, ins, outs, values) => {
      loop(n, ...ins, ...outs, ...values)
    }
  },
  reduce: (inputs, scalars, reductions) => {
    const loop = instance(backend, reduceLoop('reduce', { inputs, scalars }, reductions))
    return (n, ins, values) => {
      const found = loop(n, ...ins, ...values)
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
  const inputs: NamedTensorMap = {}
  for (const [i, leaf] of leaves.entries()) inputs[i] = leaf
  const attrs = { kernel } as unknown as Parameters<ReturnType<typeof engine>['runKernel']>[2]
  return engine().runKernel(STEP, inputs, attrs) as unknown as Tensor[]
}

export const registerStep = (): void =>
  registerKernel({
    kernelName: STEP,
    backendName: 'wasm',
    kernelFunc: ({ attrs, backend }) => (attrs as unknown as { kernel: Kernel }).kernel(backend as WasmBackend),
  })

const sizesOf = (shapes: Work<Tensor>['shapes']) => shapes.map((shape) => shape.reduce((a, b) => a * b, 1))

const operands = (backend: WasmBackend, { grads, params, slots }: Work<Tensor>) => {
  const at = (x: TensorInfo): Address => address(backend, x.dataId)
  return { grads: grads.map(at), params: params?.map(at), slots: slots.map((slot) => slot.map(at)) }
}

/** The slots' leaves, and those of Δθ or θ, as one list, and back. */
const flat = <L>(slots: readonly (readonly L[])[], last: readonly L[]): L[] => [...slots.flat(), ...last]
const unflat = <L>(slots: readonly (readonly unknown[])[], leaves: readonly L[]) => {
  let next = 0
  const take = (n: number) => leaves.slice(next, (next += n))
  return { slots: slots.map((slot) => take(slot.length)), last: leaves.slice(next) }
}

export const wasm: Executor<Tensor> = {
  ...tensor,
  name: 'wasm',
  update: (work) => {
    const { grads, params = [], slots, shapes, rule } = work
    const made = asKernel([...grads, ...params, ...slots.flat()], (backend) => {
      const like = [...slots.flat(), ...grads].map((leaf) => backend.makeOutput(leaf.shape, 'float32'))
      const at = unflat(
        slots,
        like.map(({ dataId }) => address(backend, dataId)),
      )
      const job = { ...work, ...operands(backend, work), sizes: sizesOf(shapes), next: at.slots, out: at.last }
      runOf(backend, rule, 'update')(job)
      return like
    })
    const { slots: next, last: delta } = unflat(slots, made)
    return { slots: next, delta }
  },
  advance: (work, guard) => {
    const { grads, params = [], slots, shapes, rule } = work
    const owned = flat(slots, params)
    let moved = true
    const backend = currentBackend() as WasmBackend
    const shared = owned.map(({ dataId }) => backend.refCount(dataId) > 1)
    const made = asKernel([...grads, ...owned], () => {
      const replacements = owned.map(({ shape }, i) => (shared[i] ? backend.makeOutput(shape, 'float32') : undefined))
      const at = unflat(
        slots,
        owned.map((leaf, i) => address(backend, (replacements[i] ?? leaf).dataId)),
      )
      const job = { ...work, ...operands(backend, work), sizes: sizesOf(shapes), next: at.slots, out: at.last }
      moved = runOf(backend, rule, guard ? 'guarded advance' : 'advance')(job)
      for (const [i, leaf] of owned.entries()) if (!shared[i]) written(backend, leaf)
      return replacements.filter((r) => r !== undefined)
    })
    if (!moved) {
      for (const x of made) x.dispose()
      return undefined
    }
    let next = 0
    const now = owned.map((leaf, i) => {
      if (!shared[i]) return leaf
      leaf.dispose()
      return made[next++] as Tensor
    })
    const { slots: nextSlots, last } = unflat(slots, now)
    return { slots: nextSlots, params: last }
  },
}
