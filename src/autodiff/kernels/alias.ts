import { Identity, type KernelBackend, type TensorInfo } from '@tensorflow/tfjs-core'
import type { Replacement } from './replacement.js'

/**
 * `clone` without a copy: a second tensor on the same buffer, as tfjs's other back ends have it. Its tape clones every tensor
 * that a gradient needs, 20 in a step of a small perceptron; nothing in tfjs writes to a buffer that two tensors stand on,
 * and neither does `advance`.
 */
export const alias: Replacement = {
  name: Identity,
  kernel:
    () =>
    ({ inputs, backend }) => {
      const { dataId, shape, dtype } = inputs.x as TensorInfo
      ;(backend as KernelBackend).incRef(dataId)
      return { dataId, shape, dtype }
    },
}
