import { getKernel, type KernelConfig, type KernelFunc, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core'
import { mistake } from '../failure.js'
import { aliases } from './kernels/alias.js'
import { batchNorm } from './kernels/batchnorm.js'
import { conv3d } from './kernels/conv3d.js'
import { conv2d, conv2dBackpropFilter, conv2dBackpropInput } from './kernels/convolution.js'
import { depthwiseBackpropFilter, depthwiseBackpropInput, depthwiseConv2d } from './kernels/depthwise.js'
import { einsumKernel } from './kernels/einsum.js'
import { fusions } from './kernels/fused.js'
import { gatherV2 } from './kernels/gather.js'
import type { Kernel } from './kernels/kernel.js'
import { largest } from './kernels/largest.js'
import { layouts } from './kernels/layout.js'
import { batchMatMul } from './kernels/matmul.js'
import { pointwise } from './kernels/pointwise.js'
import { avgPoolGradient, maxPoolGradient } from './kernels/poolgradient.js'
import { reductions } from './kernels/reduction.js'
import { roundedPools } from './kernels/rounded.js'
import { unsortedSegmentSum } from './kernels/segmentsum.js'

/**
 * Kernels for WASM, for plain `tf.*` code too: those that TensorFlow.js lacks there, those that were measured to be faster than its
 * own, and those of which its own are wrong. `restoreKernels` puts tfjs's back.
 */
export const KERNELS: readonly Kernel[] = [
  ...aliases,
  avgPoolGradient,
  batchMatMul,
  batchNorm,
  conv2d,
  conv2dBackpropFilter,
  conv2dBackpropInput,
  depthwiseBackpropFilter,
  depthwiseBackpropInput,
  depthwiseConv2d,
  ...conv3d,
  einsumKernel,
  ...fusions,
  gatherV2,
  ...largest,
  ...layouts,
  maxPoolGradient,
  ...pointwise,
  ...reductions,
  ...roundedPools,
  unsortedSegmentSum,
]

const BACKEND = 'wasm'

/** What TensorFlow.js has under each name: nothing where it lacks the kernel. */
const tfjsOwn = new Map<string, KernelConfig | undefined>()

const put = (name: string, kernel: KernelConfig | undefined): void => {
  if (getKernel(name, BACKEND)) unregisterKernel(name, BACKEND)
  if (kernel) registerKernel(kernel)
}

const missing =
  (name: string): KernelFunc =>
  () => {
    throw mistake(name, "tfjs's WASM back end lacks this kernel", 'another dtype')
  }

const ours = new Map<string, KernelConfig>()

const ourOwn = ({ name, kernel }: Kernel): KernelConfig => {
  const own = getKernel(name, BACKEND)
  tfjsOwn.set(name, own)
  return { ...own, kernelName: name, backendName: BACKEND, kernelFunc: kernel(own?.kernelFunc ?? missing(name)) }
}

export const installKernels = (): void => {
  for (const kernel of KERNELS) {
    const made = ours.get(kernel.name) ?? ourOwn(kernel)
    ours.set(kernel.name, made)
    put(kernel.name, made)
  }
}

export const restoreKernels = (): void => {
  for (const [name, kernel] of tfjsOwn) put(name, kernel)
}
