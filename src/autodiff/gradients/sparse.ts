import {
  add,
  Bincount,
  cast,
  DenseBincount,
  div,
  type GradConfig,
  gather,
  gatherND,
  less,
  maximum,
  minimum,
  mul,
  ones,
  range,
  reshape,
  SparseFillEmptyRows,
  SparseSegmentMean,
  SparseSegmentSum,
  SparseToDense,
  sparseToDense,
  sub,
  sum,
  type Tensor,
  zeros,
} from '@tensorflow/tfjs-core'
import { gradient, gradientOfMany, zerosLike } from './gradient.js'
import { rowSums } from './indexing.js'

/**
 * Sparse tensors, and histograms with weights: the gradient of a sum is handed to each of its terms. Indices, shapes and what
 * is counted are whole numbers.
 */
const segments = (kernelName: string, mean: boolean): GradConfig =>
  gradient(kernelName, { inputs: ['data', 'indices', 'segmentIds'] }, (dy, saved) => {
    const [data, indices, segmentIds] = saved as [Tensor, Tensor, Tensor]
    return {
      data: () => {
        const each = gather(dy, segmentIds as never)
        const counts = (): Tensor => {
          const all = rowSums(ones([segmentIds.size, 1]), segmentIds, dy.shape[0] as number)
          return reshape(gather(all, segmentIds as never), [segmentIds.size, ...data.shape.slice(1).map(() => 1)])
        }
        return rowSums(mean ? div(each, maximum(counts(), 1)) : each, indices, data.shape[0] as number)
      },
    }
  })

const filled = gradientOfMany(
  SparseFillEmptyRows,
  { outputs: [false, false, false, true] },
  ([_, dValues], [placesOfValues]) => {
    const values = (): Tensor => gather(dValues as Tensor, placesOfValues as never)
    return { values, defaultValue: () => sub(sum(dValues as Tensor), sum(values())) }
  },
)

const dense = gradient<{ outputShape: number[] }>(
  SparseToDense,
  { inputs: ['sparseIndices', 'sparseValues'] },
  (dy, saved, { outputShape }) => {
    const [indices, values] = saved as [Tensor, Tensor]
    const places = indices.rank === 2 ? indices : reshape(indices, [indices.size, 1])
    const rest = (): Tensor =>
      sparseToDense(indices, zeros([indices.rank === 0 ? 1 : (indices.shape[0] as number)]), outputShape, 1)
    return {
      sparseValues: () => {
        const taken = gatherND(dy, places)
        return values.rank === 0 ? sum(taken) : reshape(taken, values.shape)
      },
      defaultValue: () => sum(mul(dy, rest())),
    }
  },
)

/** A weight is counted where x says, if that is below `size`. */
const counts = (kernelName: string): GradConfig =>
  gradient<{ size: number; binaryOutput?: boolean }>(
    kernelName,
    { inputs: ['x', 'weights'] },
    (dy, saved, { size, binaryOutput }) => {
      const [x, weights] = saved as [Tensor, Tensor]
      return {
        weights: () => {
          if (binaryOutput || weights.size === 0) return zerosLike(weights)
          // Counted row by row. Not by a gather in batches: that of the WASM back end is wrong.
          const rows = dy.rank === 1 ? 1 : (dy.shape[0] as number)
          const starts = reshape(range(0, rows * size, size, 'int32'), [rows, ...x.shape.slice(1).map(() => 1)])
          const bins = cast(minimum(x, size - 1), 'int32')
          const taken = gather(reshape(dy, [rows * size]), (dy.rank === 1 ? bins : add(bins, starts)) as never)
          return mul(taken, cast(less(x, size), 'float32'))
        },
      }
    },
  )

export const sparse: readonly GradConfig[] = [
  segments(SparseSegmentSum, false),
  segments(SparseSegmentMean, true),
  filled,
  dense,
  counts(Bincount),
  counts(DenseBincount),
]
