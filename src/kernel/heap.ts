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

/** Where memory begins that was asked for; there is none at 0. */
const found = (at: number, what: string): number => {
  if (at === 0) throw new RangeError(`useWasm: tfjs's WASM memory has no room for ${what}`)
  return at >>> 0
}

/** Memory to work in, until it is freed. */
export const allocate = ({ wasm }: WasmBackend, bytes: number): number => found(wasm._malloc(bytes), `${bytes} bytes`)

/** Memory to work in, as long as `use` takes. */
export const borrow = <A>(backend: WasmBackend, bytes: number, use: (at: number) => A): A => {
  const at = allocate(backend, bytes)
  try {
    return use(at)
  } finally {
    backend.wasm._free(at)
  }
}

/** New tensors, which `write` fills; none is left behind if that throws. */
export const outputs = (
  backend: WasmBackend,
  shapes: readonly (readonly number[])[],
  write: (at: readonly number[]) => void,
  dtype: DataType = 'float32',
): TensorInfo[] => {
  const made: TensorInfo[] = []
  try {
    for (const shape of shapes) made.push(backend.makeOutput([...shape], dtype))
    write(made.map(({ dataId, shape }) => found(address(backend, dataId), `a tensor [${shape}] of ${dtype}`)))
    return made
  } catch (error) {
    for (const { dataId } of made) backend.disposeData(dataId)
    throw error
  }
}

/** One new tensor. */
export const output = (
  backend: WasmBackend,
  shape: readonly number[],
  write: (at: number) => void,
  dtype?: DataType,
): TensorInfo => outputs(backend, [shape], ([at]) => write(at as number), dtype)[0] as TensorInfo

/**
 * tfjs keeps a packed copy of every tensor that was the right-hand side of a product or the filter of a
 * convolution (XNNPACK's operator cache) until that tensor is disposed, so after a write in place its
 * kernels would go on with the old values. Naming the buffer anew drops the copy: 0.1 µs a tensor.
 */
export const written = ({ wasm }: WasmBackend, { id, memoryOffset }: Home, size: number): void => {
  wasm._dispose_data(id)
  wasm._register_tensor(id, size, memoryOffset)
}
