import { getKernel, type KernelConfig, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core'
import { alias } from './kernels/alias.js'
import { elementwiseOnWasm } from './kernels/elementwise.js'
import { batchMatMul } from './kernels/matmul.js'

/**
 * Kernels that take the place of TensorFlow.js's own on WASM, for plain `tf.*` code too: those that were measured to be
 * faster. tfjs's own are put back by `restoreKernels`.
 */
const KERNELS: readonly KernelConfig[] = [alias, batchMatMul]

const tfjsOwn = new Map<string, KernelConfig>()

const replace = (kernel: KernelConfig): void => {
  const { kernelName, backendName } = kernel
  if (getKernel(kernelName, backendName)) unregisterKernel(kernelName, backendName)
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

/** A kernel that tfjs has not: it is there whether tfjs's own are replaced or not. */
export const installElementwise = (): void => {
  if (getKernel(elementwiseOnWasm.kernelName, 'wasm') !== elementwiseOnWasm) replace(elementwiseOnWasm)
}
