import * as tf from '@tensorflow/tfjs'
import { useWasm } from 'gradus/wasm'

/** The back ends that tests run on, and how each is set. */
export const backends: readonly (readonly [name: string, set: () => Promise<unknown>])[] = [
  ['wasm', () => useWasm()],
  ['cpu', () => tf.setBackend('cpu')],
]

/** How many tensors, and how many buffers below them, are alive. */
export const alive = () => ({ tensors: tf.memory().numTensors, buffers: tf.engine().backend.numDataIds() })
