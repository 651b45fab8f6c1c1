import { getKernel, type KernelConfig, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core'
import { aliases } from './kernels/alias.js'
import { layouts } from './kernels/layout.js'
import { batchMatMul } from './kernels/matmul.js'
import { reductions } from './kernels/reduction.js'
import type { Replacement } from './kernels/replacement.js'

/**
 * Kernels that take the place of TensorFlow.js's own on WASM, for plain `tf.*` code too: those that were measured to be
 * faster. tfjs's own are put back by `restoreKernels`.
 */
const REPLACEMENTS: readonly Replacement[] = [...aliases, batchMatMul, ...layouts, ...reductions]

const BACKEND = 'wasm'
const tfjsOwn = new Map<string, KernelConfig>()

const replace = (kernel: KernelConfig): void => {
  unregisterKernel(kernel.kernelName, BACKEND)
  registerKernel(kernel)
}

export const installKernels = (): void => {
  for (const { name, kernel } of REPLACEMENTS) {
    const own = tfjsOwn.get(name) ?? (getKernel(name, BACKEND) as KernelConfig)
    tfjsOwn.set(name, own)
    replace({ ...own, kernelFunc: kernel(own.kernelFunc) })
  }
}

export const restoreKernels = (): void => {
  for (const kernel of tfjsOwn.values()) replace(kernel)
}
