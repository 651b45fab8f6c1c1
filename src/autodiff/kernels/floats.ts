import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import { mistake } from '../../failure.js'
import { address, type WasmBackend } from '../../kernel/heap.js'

/** A tensor's numbers where they are, in WebAssembly's memory. Good until memory is allocated again: the heap may move. */
export const floats = (backend: WasmBackend, { dataId, shape, dtype }: TensorInfo): Float32Array => {
  if (dtype !== 'float32') throw mistake('useWasm', `a tensor is ${dtype}`, 'float32')
  return new Float32Array(backend.wasm.HEAPF32.buffer, address(backend, dataId), util.sizeFromShape(shape))
}

/** A new tensor of zeros. */
export const zeroed = (backend: WasmBackend, shape: number[]): TensorInfo => {
  const out = backend.makeOutput(shape, 'float32')
  floats(backend, out).fill(0)
  return out
}
