import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import { mistake } from '../../failure.js'
import { address, output, type WasmBackend } from '../../kernel/heap.js'

/** Numbers where they are, in WebAssembly's memory. Good until memory is allocated again: the heap may move. */
const view = ({ wasm }: WasmBackend, at: number, shape: number[]): Float32Array =>
  new Float32Array(wasm.HEAPF32.buffer, at, util.sizeFromShape(shape))

export const floats = (backend: WasmBackend, { dataId, shape, dtype }: TensorInfo): Float32Array => {
  if (dtype !== 'float32') throw mistake('useWasm', `a tensor is ${dtype}`, 'float32')
  return view(backend, address(backend, dataId), shape)
}

/** A new tensor of zeros, which `write` fills. */
export const zeroed = (
  backend: WasmBackend,
  shape: number[],
  write: (numbers: Float32Array, at: number) => void,
): TensorInfo => output(backend, shape, (at) => write(view(backend, at, shape).fill(0), at))
