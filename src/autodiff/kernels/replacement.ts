import type { KernelFunc } from '@tensorflow/tfjs-core'

/** A kernel in the place of tfjs's own of this name, which it can still ask: for other dtypes, and where it is as fast. */
export interface Replacement {
  readonly name: string
  kernel(own: KernelFunc): KernelFunc
}
