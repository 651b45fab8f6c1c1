import { assemble, type Fn } from '../expr/assembler.js'
import { IMPORTS, imports } from '../expr/lanes.js'
import { type Layout, record } from '../expr/table.js'
import { factor } from '../expr/uniform.js'
import { mapLoop, reduceLoop } from '../expr/wasm.js'
import { allocate, instantiate, isShared, type WasmBackend } from './heap.js'
import type { Column, Memory } from './loops.js'

/** Loops over TensorFlow.js's heap: modules that are made at run time, called with a table of operands in the same memory. */
export type Address = number

type Call = (table: Address, tensors: number) => void

export const instance = (backend: WasmBackend, fn: Fn): Call => {
  const bytes = assemble({ memory: { shared: isShared(backend) }, imports: IMPORTS, functions: [fn] })
  return instantiate(backend, bytes, imports)[fn.name] as Call
}

/** Room in the heap for the table of one call; it grows, and stays for the next. */
const scratch = new WeakMap<WasmBackend, { readonly at: Address; readonly bytes: number }>()
export const scratchOf = (backend: WasmBackend, bytes: number): Address => {
  const have = scratch.get(backend)
  if (have && have.bytes >= bytes) return have.at
  if (have) backend.wasm._free(have.at)
  scratch.delete(backend)
  const at = allocate(backend, bytes)
  scratch.set(backend, { at, bytes })
  return at
}

/** Writes a record a leaf, and says where the table is. */
const tabulated = (
  backend: WasmBackend,
  layout: Layout,
  sizes: readonly number[],
  streams: readonly Column<Address>[],
  scalars: (i: number) => readonly number[],
): Address => {
  const table = scratchOf(backend, sizes.length * layout.bytes)
  const { HEAPU32, HEAPF64 } = backend.wasm
  for (let i = 0, at = table; i < sizes.length; i++, at += layout.bytes) {
    HEAPU32[at >>> 2] = sizes[i] as number
    let word = (at + layout.streams) >>> 2
    for (const column of streams) HEAPU32[word++] = column[i] as Address
    let double = (at + layout.scalars) / 8
    for (const value of scalars(i)) HEAPF64[double++] = value
  }
  return table
}

export const memoryOf = (backend: WasmBackend): Memory<Address> => ({
  prepare: factor,
  map: (inputs, scalars, formulas, flushed) => {
    const loop = instance(backend, mapLoop('map', { inputs, scalars }, formulas, flushed))
    const layout = record(inputs.length + Object.keys(formulas).length, scalars.length, 0)
    return (sizes, ins, outs, values) =>
      loop(tabulated(backend, layout, sizes, [...ins, ...outs], values), sizes.length)
  },
  reduce: (inputs, scalars, reductions) => {
    const loop = instance(backend, reduceLoop('reduce', { inputs, scalars }, reductions))
    const layout = record(inputs.length, scalars.length, reductions.length)
    return (sizes, ins, values) => {
      const table = tabulated(backend, layout, sizes, ins, values)
      loop(table, sizes.length)
      const { HEAPF64 } = backend.wasm
      const first = (table + layout.results) / 8
      const stride = layout.bytes / 8
      return reductions.map((_, k) => sizes.map((_, i) => HEAPF64[first + i * stride + k] as number))
    }
  },
  get: (at) => backend.wasm.HEAPF32[at >>> 2] as number,
  set: (at, value) => {
    backend.wasm.HEAPF32[at >>> 2] = value
  },
})
