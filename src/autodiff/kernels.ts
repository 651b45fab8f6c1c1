import { getKernel, type KernelConfig, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core'
import { alias } from './kernels/alias.js'
import { conv3d } from './kernels/conv3d.js'
import { largest } from './kernels/largest.js'
import { batchMatMul } from './kernels/matmul.js'

/**
 * Kernels that take the place of TensorFlow.js's own on WASM, for plain `tf.*` code too: those that were measured to be
 * faster, and gradients of which tfjs's are wrong. tfjs's own are put back by `restoreKernels`.
 */
const KERNELS: readonly KernelConfig[] = [alias, batchMatMul, ...conv3d, ...largest]

const tfjsOwn = new Map<string, KernelConfig>()

const replace = (kernel: KernelConfig): void => {
  unregisterKernel(kernel.kernelName, kernel.backendName)
  registerKernel(kernel)
}

export const installKernels = (): void => {
  for (const kernel of KERNELS) {
    const { kernelName, backendName } = kernel
    const present = getKernel(kernelName, backendName)
    if (present && present !== kernel && !tfjsOwn.has(kernelName)) tfjsOwn.set(kernelName, present)
    replace(kernel)
  }
}

export const restoreKernels = (): void => {
  for (const kernel of tfjsOwn.values()) replace(kernel)
}
