import { FusedBatchNorm, type FusedBatchNormAttrs, type KernelFunc, type TensorInfo } from '@tensorflow/tfjs-core'
import type { WasmBackend } from '../../kernel/heap.js'
import { traced } from '../formula.js'
import { elementwise } from './elementwise.js'
import type { Kernel } from './kernel.js'

/**
 * Batch normalization: what is the same for a channel once for each channel, and one pass over x.
 *
 *     y = (x − mean) · scale / √(variance + ε) + offset
 *
 * tfjs's kernel divides by the root at every element: 1.5 ms for 32 × 28 × 28 × 32, where this takes 0.6.
 */
const factor = traced('batchNorm', (variance, eps, scale) => scale.div(variance.add(eps).sqrt()))
const normalized = traced('batchNorm', (x, mean, a, offset) => x.sub(mean).mul(a).add(offset))

type Names = 'x' | 'mean' | 'variance' | 'offset' | 'scale'
interface Given {
  readonly inputs: Readonly<Partial<Record<Names, TensorInfo>>>
  readonly backend: WasmBackend
  readonly attrs: FusedBatchNormAttrs
}

const normalize = ({ inputs, backend, attrs: { varianceEpsilon } }: Given): TensorInfo => {
  const { x, mean, variance, offset, scale } = inputs as Readonly<Record<Names, TensorInfo | undefined>>
  const apply = (formula: typeof factor, operands: readonly (TensorInfo | number)[], shape: readonly number[]) => {
    const tensors = operands.filter((operand) => typeof operand !== 'number')
    const numbers = operands.map((operand) => (typeof operand === 'number' ? operand : undefined))
    return elementwise({ inputs: tensors, backend, attrs: { formula, numbers, shape } })[0] as TensorInfo
  }
  const [whole, center, spread] = [x, mean, variance] as [TensorInfo, TensorInfo, TensorInfo]
  const a = apply(factor, [spread, varianceEpsilon, scale ?? 1], spread.shape)
  try {
    return apply(normalized, [whole, center, a, offset ?? 0], whole.shape)
  } finally {
    backend.disposeData(a.dataId)
  }
}

export const batchNorm: Kernel = {
  name: FusedBatchNorm,
  kernel: (own) => (given) => {
    const all = Object.values(given.inputs) as (TensorInfo | undefined)[]
    const float = all.every((x) => !x || x.dtype === 'float32')
    return float ? (normalize as unknown as KernelFunc)(given) : own(given)
  },
}
