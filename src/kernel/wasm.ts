import { getBackend, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core'
import type { Rule } from '../rule/rule.js'
import type { Executor, Work } from './executor.js'
import { address, type Home, outputs, type WasmBackend, written } from './heap.js'
import { type Columns, compile, type Mode, OUT, type Run, spread } from './loops.js'
import { type Address, memoryOf } from './memory.js'
import { madeOnce } from './once.js'
import { asKernel, columns } from './step.js'
import { tensor } from './tensor.js'

/** A rule fused over TensorFlow.js's own heap: one loop a leaf, written at run time, in place for `advance`. */
const compiled = madeOnce((_: WasmBackend) => madeOnce((_: Rule): Partial<Record<Mode, Run<Address>>> => ({})))

/** Compiled once for each rule, mode and life of the back end. */
const runOf = (backend: WasmBackend, rule: Rule, mode: Mode): Run<Address> => {
  const modes = compiled(backend)(rule)
  modes[mode] ??= compile(rule, mode, memoryOf(backend))
  return modes[mode]
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
  for (const [s, [name, slot]] of Object.entries(rule.slots).entries()) {
    inputs[name] = spread(slot, constants, grads.length, slots[s] as readonly Address[])
    outputs[name] = spread(slot, constants, grads.length, next[s] as readonly Address[])
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
    const { rule, grads, params = [], slots } = work
    // A slot that is only read has no next one.
    const written = Object.keys(rule.slots).map((name, s) => (name in rule.step ? (slots[s] as readonly Tensor[]) : []))
    const made = asKernel(grads.concat(params, ...slots), (backend: WasmBackend) => {
      const at = (x: TensorInfo): Address => address(backend, x.dataId)
      const shapes = grads.concat(...written).map(({ shape }) => shape)
      return outputs(backend, shapes, (to) => {
        const [out, ...next] = columns([grads, ...written], to)
        run(backend, 'update', work, { theta: params.map(at), slots: slots.map((slot) => slot.map(at)), out, next })
      })
    })
    const [delta, ...next] = columns([grads, ...written], made)
    return { slots: next, delta }
  },

  advance: (work, guard) => {
    const { grads, params = [], slots } = work
    const owned = params.concat(...slots)
    // What somebody else holds too, or is read as a gradient: a new tensor takes its place.
    const shared = new Set<Tensor>()
    let moved = true
    const made = asKernel([...grads, ...owned], (backend: WasmBackend) => {
      const homes = owned.map(({ dataId }) => backend.dataIdMap.get(dataId))
      const read = new Set(grads.map(({ dataId }) => dataId))
      for (const [i, leaf] of owned.entries())
        if ((homes[i] as Home).refCount > 1 || read.has(leaf.dataId)) shared.add(leaf)
      const from = homes.map(({ memoryOffset }) => memoryOffset >>> 0)
      const shapes = [...shared].map(({ shape }) => shape)
      return outputs(backend, shapes, (fresh) => {
        let replaced = 0
        const to = from.map((at, i) => (shared.has(owned[i] as Tensor) ? (fresh[replaced++] as Address) : at))
        const [theta, ...before] = columns([params, ...slots], from)
        const [out, ...next] = columns([params, ...slots], to)
        moved = run(backend, guard ? 'guarded advance' : 'advance', work, { theta, slots: before, out, next })
        if (moved) for (const [i, { size }] of owned.entries()) written(backend, homes[i] as Home, size)
      })
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
