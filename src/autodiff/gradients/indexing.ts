import {
  add,
  cast,
  equal,
  GatherNd,
  GatherV2,
  type GradConfig,
  gather,
  gatherND,
  getBackend,
  getKernel,
  maximum,
  minimum,
  mul,
  ones,
  range,
  reshape,
  ScatterNd,
  scatterND,
  type Tensor,
  TensorScatterUpdate,
  TopK,
  tensorScatterUpdate,
  transpose,
  UnsortedSegmentSum,
  unsortedSegmentSum,
  util,
  where,
} from '@tensorflow/tfjs-core'
import { gradient, gradientOfMany, zerosLike } from './gradient.js'

/**
 * Taking from places and putting there are each other's gradients. What was taken twice gets both gradients.
 *
 *     gather      any number of batch dimensions (tfjs: one, in part); the gradient of whole-number indices is zero
 *     topk        the values' gradient goes where they came from
 *     a place that `tensorScatterUpdate` writes twice has the gradient of both, as in TensorFlow
 */

/** values[i] added to row ids[i] of n; n rows of zeros at first. */
export const rowSums = (values: Tensor, ids: Tensor, n: number): Tensor => {
  if (getKernel(UnsortedSegmentSum, getBackend())) return unsortedSegmentSum(values, ids as never, n)
  return scatterND(reshape(ids, [ids.size, 1]), values, [n, ...values.shape.slice(1)])
}

const gathered = gradient<{ axis: number; batchDims: number }>(
  GatherV2,
  { inputs: ['x', 'indices'] },
  (dy, saved, { axis, batchDims }) => {
    const [x, indices] = saved as [Tensor, Tensor]
    return {
      x: () => {
        const along = util.parseAxisParam(axis, x.shape)[0] as number
        const first = batchDims < 0 ? batchDims + indices.rank : batchDims
        const size = (from: number, to?: number): number => util.sizeFromShape(x.shape.slice(from, to))
        // The indices of each batch stand for rows along the axis, n of them.
        const [batch, before, n, after] = [
          size(0, first),
          size(first, along),
          x.shape[along] as number,
          size(along + 1),
        ]
        const each = util.sizeFromShape(indices.shape.slice(first))
        const rows = transpose(reshape(dy, [batch, before, each, after]), [0, 2, 1, 3])
        const starts = reshape(range(0, batch * n, n || 1, 'int32'), [batch, 1])
        const ids = batch === 1 ? indices : add(reshape(indices, [batch, each]), starts)
        const sums = rowSums(
          reshape(rows, [batch * each, before * after]),
          reshape(cast(ids, 'int32'), [batch * each]),
          batch * n,
        )
        return reshape(transpose(reshape(sums, [batch, n, before, after]), [0, 2, 1, 3]), x.shape)
      },
      indices: () => zerosLike(indices),
    }
  },
)

/** A row whose id is negative, or too large, is in no sum. */
const summed = gradient<{ numSegments: number }>(
  UnsortedSegmentSum,
  { inputs: ['segmentIds'] },
  (dy, [given], { numSegments }) => {
    const ids = given as Tensor
    return {
      x: () => {
        const inside = cast(maximum(0, minimum(ids, numSegments - 1)), 'int32')
        const rows = gather(dy, inside as never)
        const known = reshape(equal(ids, inside), [...ids.shape, ...dy.shape.slice(1).map(() => 1)])
        return where(known, rows, zerosLike(rows))
      },
      segmentIds: () => zerosLike(ids),
    }
  },
)

const largest = gradientOfMany(TopK, { inputs: ['x'], outputs: [false, true] }, ([dy], saved) => {
  const [x, indices] = saved as [Tensor, Tensor]
  return {
    x: () => {
      const [n, k] = [x.shape.at(-1) as number, indices.shape.at(-1) as number]
      const rows = n === 0 ? 0 : x.size / n
      const starts = reshape(range(0, rows * n, n || 1, 'int32'), [rows, 1])
      const places = add(reshape(indices, [rows, k]), starts)
      return reshape(scatterND(reshape(places, [rows * k, 1]), reshape(dy as Tensor, [rows * k]), [rows * n]), x.shape)
    },
  }
})

export const indexing: readonly GradConfig[] = [
  gathered,
  largest,
  summed,
  gradient(GatherNd, { inputs: ['params', 'indices'] }, (dy, saved) => {
    const [params, indices] = saved as [Tensor, Tensor]
    return { params: () => scatterND(indices, dy, params.shape), indices: () => zerosLike(indices) }
  }),
  gradient(ScatterNd, { inputs: ['indices'] }, (dy, saved) => {
    const [indices] = saved as [Tensor]
    return { updates: () => gatherND(dy, indices), indices: () => zerosLike(indices) }
  }),
  gradient(TensorScatterUpdate, { inputs: ['indices', 'updates'] }, (dy, saved) => {
    const [indices, updates] = saved as [Tensor, Tensor]
    return {
      // Not of dy itself: the kernel of the CPU back end writes into its input.
      tensor: () => mul(dy, tensorScatterUpdate(ones(dy.shape), indices, zerosLike(updates))),
      updates: () => gatherND(dy, indices),
      indices: () => zerosLike(indices),
    }
  }),
]
