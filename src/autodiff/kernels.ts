import { getKernel, type KernelConfig, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core'
import { alias } from './kernels/alias.js'
import { conv2d, conv2dBackpropFilter, conv2dBackpropInput } from './kernels/convolution.js'
import { depthwiseBackpropFilter, depthwiseBackpropInput, depthwiseConv2d } from './kernels/depthwise.js'
import { einsumKernel } from './kernels/einsum.js'
import { gatherV2 } from './kernels/gather.js'
import { batchMatMul } from './kernels/matmul.js'
import { unsortedSegmentSum } from './kernels/segmentsum.js'

/**
 * Kernels for WASM, for plain `tf.*` code too: those that TensorFlow.js lacks there, and those that were measured to be faster
 * than its own. `restoreKernels` makes its list what it was.
 */
const KERNELS: readonly KernelConfig[] = [
  alias,
  batchMatMul,
  conv2d,
  conv2dBackpropFilter,
  conv2dBackpropInput,
  depthwiseBackpropFilter,
  depthwiseBackpropInput,
  depthwiseConv2d,
  einsumKernel,
  gatherV2,
  unsortedSegmentSum,
]

/** What TensorFlow.js has under each name: nothing where it lacks the kernel. */
const tfjsOwn = new Map<string, KernelConfig | undefined>()

const put = (name: string, kernel: KernelConfig | undefined): void => {
  if (getKernel(name, 'wasm')) unregisterKernel(name, 'wasm')
  if (kernel) registerKernel(kernel)
}

export const installKernels = (): void => {
  for (const kernel of KERNELS) {
    const { kernelName } = kernel
    const present = getKernel(kernelName, 'wasm')
    if (present !== kernel && !tfjsOwn.has(kernelName)) tfjsOwn.set(kernelName, present)
    put(kernelName, kernel)
  }
}

export const restoreKernels = (): void => {
  for (const [name, kernel] of tfjsOwn) put(name, kernel)
}
