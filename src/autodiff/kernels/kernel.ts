import type { KernelFunc } from '@tensorflow/tfjs-core'

/** A kernel for WASM by tfjs's name: in the place of tfjs's own where it has one, which it can then still ask, for other dtypes say. */
export interface Kernel {
  readonly name: string
  kernel(own: KernelFunc): KernelFunc
}
