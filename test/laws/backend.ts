import '@tensorflow/tfjs'
import { enableProdMode, setBackend } from '@tensorflow/tfjs-core'
import { useWasm } from 'gradus/wasm'

export const BACKENDS = ['wasm', 'cpu'] as const
export type Backend = (typeof BACKENDS)[number]

/** What everybody obeys depends on the back end: lists of laws are made when it has been started. */
export const start = async (backend: Backend): Promise<void> => {
  enableProdMode() // without tfjs's greeting
  if (backend === 'wasm') await useWasm()
  else await setBackend(backend)
}
