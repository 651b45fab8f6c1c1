/// <reference types="vite/client" />
import * as tf from '@tensorflow/tfjs'
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url'
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url'
import threads from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url'
import { isShared, type WasmBackend } from '../../../src/kernel/heap.ts'
import { useWasm } from '../../../src/wasm.ts'
import { useWebgl } from '../../../src/webgl.ts'

/** What the page measures on. Each is started in a frame of its own: TensorFlow.js has one WASM back end, threaded or not. */
export interface Backend {
  readonly name: string
  start(): Promise<void>
  /** Waits for what has only been queued: reads one element of the last result. */
  readonly finish?: (result: tf.Tensor) => void
}

const wasm = async (threaded: boolean): Promise<void> => {
  if (!threaded) tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false)
  const paths = {
    'tfjs-backend-wasm.wasm': plain,
    'tfjs-backend-wasm-simd.wasm': simd,
    'tfjs-backend-wasm-threaded-simd.wasm': threads,
  }
  // tf.train runs on tfjs's own kernels.
  await useWasm({ kernels: false, paths })
  const shared = isShared(tf.backend() as unknown as WasmBackend)
  if (shared !== threaded)
    throw new Error(`bench: WASM ${threaded ? 'has no threads here' : 'has threads all the same'}`)
}

/** Not flattened first: on WebGL that would be a pass over all of it. */
const read = (x: tf.Tensor): void =>
  tf.tidy(
    () =>
      void tf
        .slice(
          x,
          x.shape.map(() => 0),
          x.shape.map(() => 1),
        )
        .dataSync(),
  )

export const backends: Readonly<Record<string, Backend>> = {
  wasm: { name: 'WASM', start: () => wasm(false) },
  threads: { name: 'WASM, threads', start: () => wasm(true) },
  webgl: { name: 'WebGL', start: useWebgl, finish: read },
}
