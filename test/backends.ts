import * as tf from '@tensorflow/tfjs'
import { useWasm } from 'gradus/wasm'
import { useWebgl } from 'gradus/webgl'
import { inject } from 'vitest'

type Name = 'wasm' | 'webgl' | 'cpu'

/** What a project of `vitest.config.ts` gives its tests. */
declare module 'vitest' {
  interface ProvidedContext {
    /** The back ends that tests run on. The first is what those are about that name none: optimizers run fused on it. */
    readonly backends: readonly [Name, ...Name[]]
    /** Where a page finds tfjs's `.wasm` files. */
    readonly wasm?: string
    /** How often a law is tried that everybody is held to. */
    readonly runs: number
  }
}

const start: Readonly<Record<Name, () => Promise<unknown>>> = {
  wasm: () => useWasm({ paths: inject('wasm') }),
  webgl: () => useWebgl(),
  cpu: () => tf.setBackend('cpu'),
}

/** The back ends that tests run on, and how each is set. */
export const backends: readonly (readonly [name: Name, set: () => Promise<unknown>])[] = inject('backends').map(
  (name) => [name, start[name]],
)

/** The one that tests are about which name none, and how it is set. */
export const [backend] = inject('backends')
export const useBackend = start[backend]

/** For laws that hold, and are many: fewer trials in a page. */
export const often = { numRuns: inject('runs') }

/** How many tensors, and how many buffers below them, are alive. */
export const alive = () => ({ tensors: tf.memory().numTensors, buffers: tf.engine().backend.numDataIds() })
