import * as tf from '@tensorflow/tfjs'
import type { Kernel } from '../src/autodiff/kernels/kernel.ts'
import type { WasmBackend } from '../src/kernel/heap.ts'
import type { Numbers } from './oncpu.ts'

/**
 * A WebAssembly memory of its own with just what kernels need of tfjs's back end. One tensor ends where the memory does, so that
 * reading past its end traps, and what is not the kernel's to write is compared byte for byte afterwards.
 */
export const heap = (last: string, shared = false, pages = 32) => {
  const limits = { initial: pages, maximum: 65_536 }
  const memory = new WebAssembly.Memory(shared ? { ...limits, shared } : limits)
  const bytes = new Uint8Array(memory.buffer).fill(0xab)
  const homes = new Map<object, { id: number; memoryOffset: number; refCount: number }>()
  const own: (readonly [at: number, size: number])[] = []
  let top = 4
  const take = (size: number): number => {
    top += Math.ceil(size / 4) * 4 + 4
    return top - Math.ceil(size / 4) * 4 - 4
  }
  const place = (name: string, shape: readonly number[], dtype: 'float32' | 'int32' = 'float32'): tf.TensorInfo => {
    const size = tf.util.sizeFromShape([...shape]) * 4
    const dataId = {}
    const memoryOffset = name === last ? bytes.length - size : take(size)
    homes.set(dataId, { id: homes.size, memoryOffset, refCount: 1 })
    return { dataId, shape: [...shape], dtype }
  }
  const at = ({ dataId }: tf.TensorInfo): number => homes.get(dataId)?.memoryOffset as number
  const sizeOf = ({ shape }: tf.TensorInfo): number => tf.util.sizeFromShape(shape)
  const backend = {
    wasm: {
      ...(shared ? { wasmMemory: memory } : { asm: { memory } }),
      HEAPF32: new Float32Array(memory.buffer),
      HEAPU32: new Uint32Array(memory.buffer),
      _malloc: (size: number) => {
        own.push([take(size), size])
        return own.at(-1)?.[0]
      },
      _free: () => {},
    },
    dataIdMap: { get: (dataId: object) => homes.get(dataId) },
    makeOutput: (shape: number[]) => place('out', shape),
  } as unknown as WasmBackend
  return { backend, bytes, memory, place, at, sizeOf, own }
}

/** Whether two memories are the same, byte for byte. */
export const same = (a: Uint8Array, b: Uint8Array): boolean => {
  const [x, y] = [new Uint32Array(a.buffer), new Uint32Array(b.buffer)]
  for (let i = 0; i < Math.max(x.length, y.length); i++) if (x[i] !== y[i]) return false
  return true
}

/** Runs a kernel in such a heap. What it made, and whether it wrote anywhere else than to its result and to what it borrowed. */
export const confined = (
  { name, kernel }: Kernel,
  inputs: Readonly<Record<string, Numbers>>,
  attrs: object,
  last: string,
  shared = false,
): { readonly made: Numbers; readonly confined: boolean } => {
  const { backend, bytes, memory, place, at, sizeOf, own: scratch } = heap(last, shared)
  const given = Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, values, dtype }]) => {
      const x = place(name, shape, dtype)
      const view = dtype === 'int32' ? Int32Array : Float32Array
      new view(memory.buffer, at(x), sizeOf(x)).set(values)
      return [name, x]
    }),
  )
  const before = bytes.slice()
  const own = () => {
    throw new Error(`${name}: tfjs's own was asked`)
  }
  const out = kernel(own)({ inputs: given, backend, attrs: attrs as never }) as tf.TensorInfo
  const values = new Float32Array(memory.buffer, at(out), sizeOf(out)).slice()
  for (const [start, size] of [[at(out), sizeOf(out) * 4] as const, ...scratch])
    before.set(bytes.subarray(start, start + size), start)
  return { made: { shape: out.shape, values }, confined: same(bytes, before) }
}
