import '@tensorflow/tfjs'
import { enableProdMode, setBackend } from '@tensorflow/tfjs-core'
import { useWasm } from 'gradus/wasm'
import type { Backend } from './options.ts'

/** Starts TensorFlow.js, without the checks and the greeting that it has for development. */
export const start = async (backend: Backend): Promise<void> => {
  enableProdMode()
  if (backend === 'wasm') await useWasm()
  else await setBackend(backend)
}
