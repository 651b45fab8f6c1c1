import type { DataId, DataType, KernelBackend, TensorInfo } from '@tensorflow/tfjs-core'

/**
 * TensorFlow.js's WebAssembly heap: the memory its tensors live in, where each of them begins, and
 * modules made at run time that work on them in place.
 */

/** The exports of tfjs's own module that gradus calls. */
interface TfjsModule {
  /** In the plain builds; the threaded build has `wasmMemory` instead. */
  readonly asm?: { readonly memory?: WebAssembly.Memory }
  readonly wasmMemory?: WebAssembly.Memory
  /** Views of the memory as it is now; tfjs makes them anew when the memory grows. */
  readonly HEAPF32: Float32Array
  readonly HEAPF64: Float64Array
  readonly HEAPU32: Uint32Array
  _malloc(bytes: number): number
  _free(address: number): void
  _register_tensor(id: number, size: number, address: number): void
  _dispose_data(id: number): void
}

/** A buffer in the heap, as tfjs keeps it. */
export interface Home {
  readonly id: number
  /** Signed: `>>> 0` makes it an address. */
  readonly memoryOffset: number
  /** How many tensors stand on it. */
  readonly refCount: number
}

/** The part of tfjs's WASM back end that gradus uses. */
export interface WasmBackend extends KernelBackend {
  readonly wasm: TfjsModule
  readonly dataIdMap: { get(dataId: DataId): Home }
  makeOutput(shape: number[], dtype: DataType): TensorInfo
}

const memoryOf = ({ wasm }: WasmBackend): WebAssembly.Memory => {
  const memory = wasm.wasmMemory ?? wasm.asm?.memory
  if (!memory) throw new TypeError("useWasm: tfjs's WASM back end shows no memory, expected tfjs 4.22 or newer")
  return memory
}

export const isShared = (backend: WasmBackend): boolean => !(memoryOf(backend).buffer instanceof ArrayBuffer)

/** The byte address of a tensor's first element; unsigned, as the heap may pass 2 GiB. */
export const address = (backend: WasmBackend, dataId: DataId): number =>
  backend.dataIdMap.get(dataId).memoryOffset >>> 0

export const instantiate = (
  backend: WasmBackend,
  bytes: Uint8Array<ArrayBuffer>,
  imports: Readonly<Record<string, (...args: number[]) => number>> = {},
): WebAssembly.Exports =>
  new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory: memoryOf(backend), ...imports } }).exports

/** What is made once for each back end, and kept as long as it is. */
export const madeOnce = <A>(make: (backend: WasmBackend) => A): ((backend: WasmBackend) => A) => {
  const all = new WeakMap<WasmBackend, A>()
  return (backend) => {
    const made = all.get(backend) ?? make(backend)
    all.set(backend, made)
    return made
  }
}

/** Memory to work in, as long as `use` takes. */
export const borrow = <A>({ wasm }: WasmBackend, bytes: number, use: (at: number) => A): A => {
  const at = wasm._malloc(bytes)
  if (at === 0) throw new RangeError(`useWasm: no ${bytes} bytes are left in tfjs's WASM memory`)
  try {
    return use(at >>> 0)
  } finally {
    wasm._free(at)
  }
}

/** A new tensor of float32, which `write` fills; none is left behind if that throws. */
export const output = (backend: WasmBackend, shape: number[], write: (at: number) => void): TensorInfo => {
  const out = backend.makeOutput(shape, 'float32')
  try {
    write(address(backend, out.dataId))
    return out
  } catch (error) {
    backend.disposeData(out.dataId)
    throw error
  }
}

/**
 * tfjs keeps a packed copy of every tensor that was the right-hand side of a product or the filter of a
 * convolution (XNNPACK's operator cache) until that tensor is disposed, so after a write in place its
 * kernels would go on with the old values. Naming the buffer anew drops the copy: 0.1 µs a tensor.
 */
export const written = ({ wasm }: WasmBackend, { id, memoryOffset }: Home, size: number): void => {
  wasm._dispose_data(id)
  wasm._register_tensor(id, size, memoryOffset)
}
