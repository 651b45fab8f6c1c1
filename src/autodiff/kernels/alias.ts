import {
  Cast,
  type CastAttrs,
  Identity,
  type KernelBackend,
  type KernelFunc,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import type { Kernel } from './kernel.js'

/**
 * What changes nothing makes no copy: `clone`, and `cast` to the dtype that is there already, are a second tensor on the same buffer,
 * as tfjs's other back ends have it. Its tape clones every tensor that a gradient needs, 251 in a step of a small transformer; nothing
 * in tfjs writes to a buffer that two tensors stand on, and neither does `advance`.
 */
const alias: KernelFunc = ({ inputs, backend }) => {
  const { dataId, shape, dtype } = inputs.x as TensorInfo
  ;(backend as KernelBackend).incRef(dataId)
  return { dataId, shape, dtype }
}

export const aliases: readonly Kernel[] = [
  { name: Identity, kernel: () => alias },
  {
    name: Cast,
    kernel: (own) => (given) => {
      const same = (given.inputs.x as TensorInfo).dtype === (given.attrs as unknown as CastAttrs).dtype
      return (same ? alias : own)(given)
    },
  },
]
