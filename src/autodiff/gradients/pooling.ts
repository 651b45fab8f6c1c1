import {
  AvgPool,
  AvgPool3D,
  AvgPool3DGrad,
  AvgPoolGrad,
  backend_util,
  div,
  type GradConfig,
  MaxPool,
  MaxPool3D,
  MaxPool3DGrad,
  MaxPoolGrad,
  MaxPoolWithArgmax,
  mul,
  type Tensor,
  tensor,
} from '@tensorflow/tfjs-core'
import { gradient, gradientOfMany, run, zerosLike } from './gradient.js'
import { atFirst, view, type Windows } from './windows.js'

/**
 * Pooling.
 *
 *     average     an output is the mean of what its window has of x, and not of the padding: near the edges of fewer numbers.
 *                 tfjs's gradient divides by the whole window there.
 *     largest     the first of a window's largest numbers, row by row, gets all of its gradient.
 *
 * Both gradients are linear in dy. The way back: the mean of v, and v where the largest was.
 */
type Attrs = {
  readonly filterSize: number | number[]
  readonly strides: number | number[]
  readonly pad: 'valid' | 'same' | number | number[][]
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

type Dimensions = 2 | 3

/** The windows of a pool. */
export const poolWindows = (
  shape: number[],
  { filterSize, strides, pad, dimRoundingMode }: Attrs,
  n: Dimensions,
): Windows => {
  if (n === 2) {
    const info = backend_util.computePool2DInfo(
      shape as [number, number, number, number],
      filterSize as [number, number],
      strides as [number, number],
      1,
      pad as 'same',
      dimRoundingMode,
    )
    return {
      size: [info.filterHeight, info.filterWidth],
      strides: [info.strideHeight, info.strideWidth],
      dilations: [1, 1],
      front: [info.padInfo.top, info.padInfo.left],
      count: [info.outHeight, info.outWidth],
    }
  }
  const info = backend_util.computePool3DInfo(
    shape as [number, number, number, number, number],
    filterSize as [number, number, number],
    strides as [number, number, number],
    1,
    pad as 'same',
    dimRoundingMode,
  )
  return {
    size: [info.filterDepth, info.filterHeight, info.filterWidth],
    strides: [info.strideDepth, info.strideHeight, info.strideWidth],
    dilations: [1, 1, 1],
    front: [info.padInfo.front, info.padInfo.top, info.padInfo.left],
    count: [info.outDepth, info.outHeight, info.outWidth],
  }
}

/** How much of each window is within x, [1, …count, 1]; nothing where that is all of every window. */
const shares = (shape: readonly number[], { size, strides, front, count }: Windows): Tensor | undefined => {
  const along = size.map((n, axis) =>
    Array.from({ length: count[axis] as number }, (_, i) => {
      const begin = i * (strides[axis] as number) - (front[axis] as number)
      return (Math.min(begin + n, shape[axis + 1] as number) - Math.max(begin, 0)) / n
    }),
  )
  if (along.flat().every((share) => share === 1)) return undefined
  const all = along.reduce((products, axis) => products.flatMap((p) => axis.map((share) => p * share)), [1])
  return tensor(all, [1, ...count, 1])
}

/** tfjs's kernel counts windows by rounding down, so they are given to it by their padding. */
const withoutRounding = (shape: readonly number[], attrs: Attrs, windows: Windows): Attrs => {
  if (attrs.dimRoundingMode === undefined || typeof attrs.pad !== 'number') return attrs
  const pads = windows.size.map((n, i) => {
    const reach = ((windows.count[i] as number) - 1) * (windows.strides[i] as number) + n
    return [windows.front[i] as number, reach - (windows.front[i] as number) - (shape[i + 1] as number)]
  })
  return { ...attrs, dimRoundingMode: undefined, pad: [[0, 0], ...pads, [0, 0]] }
}

const average = (forward: string, backward: string, n: Dimensions): readonly GradConfig[] => [
  gradient<Attrs>(forward, { inputs: ['x'] }, (dy, [x], attrs) => ({
    x: () => {
      const { shape } = x as Tensor
      const windows = poolWindows(shape, attrs, n)
      const share = shares(shape, windows)
      const whole = share ? div(dy, share) : dy
      return run(backward, { dy: whole, input: x as Tensor }, n === 2 ? withoutRounding(shape, attrs, windows) : attrs)
    },
  })),
  gradient<Attrs>(backward, { inputs: ['input'] }, (v, [input], attrs) => ({
    dy: () => {
      const share = shares((input as Tensor).shape, poolWindows((input as Tensor).shape, attrs, n))
      const means = run(forward, { x: v }, attrs)
      return share ? mul(means, share) : means
    },
    input: () => zerosLike(input as Tensor),
  })),
]

const largest = (forward: string, backward: string, n: Dimensions): readonly GradConfig[] => [
  gradient<Attrs>(forward, { inputs: ['x'], outputs: [true] }, (dy, saved, attrs) => {
    const [x, y] = saved as [Tensor, Tensor]
    return { x: () => run(backward, { dy, input: x, output: y }, attrs) }
  }),
  gradient<Attrs>(backward, { inputs: ['input', 'output'] }, (v, saved, attrs) => {
    const [x, y] = saved as [Tensor, Tensor]
    return {
      dy: () => {
        const windows = poolWindows(x.shape, attrs, n)
        return atFirst(y, windows, view(x, windows, Number.NEGATIVE_INFINITY), view(v, windows, 0))
      },
      input: () => zerosLike(x),
      output: () => zerosLike(y),
    }
  }),
]

export const pooling: readonly GradConfig[] = [
  ...average(AvgPool, AvgPoolGrad, 2),
  ...average(AvgPool3D, AvgPool3DGrad, 3),
  ...largest(MaxPool, MaxPoolGrad, 2),
  ...largest(MaxPool3D, MaxPool3DGrad, 3),
  gradientOfMany<Attrs>(MaxPoolWithArgmax, { inputs: ['x'], outputs: [true] }, ([dy], saved, attrs) => {
    const [x, y] = saved as [Tensor, Tensor]
    return { x: () => run(MaxPoolGrad, { dy: dy as Tensor, input: x, output: y }, attrs) }
  }),
]
