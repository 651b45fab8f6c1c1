import {
  add,
  concat,
  DepthToSpace,
  Diag,
  eye,
  FlipLeftRight,
  type GradConfig,
  image,
  MirrorPad,
  mul,
  reshape,
  reverse,
  SplitV,
  StridedSlice,
  slice,
  slice_util,
  stack,
  sum,
  type Tensor,
  Tile,
  transpose,
  Unpack,
  util,
  zeros,
} from '@tensorflow/tfjs-core'
import { gradient, gradientOfMany } from './gradient.js'
import { place, spread } from './stride.js'

/**
 * The same numbers in another layout, some of them several times or not at all: a gradient goes back to where its number came
 * from, and several add up.
 */
interface StridedSliceAttrs {
  readonly begin: number[]
  readonly end: number[]
  readonly strides: number[]
  readonly beginMask: number
  readonly endMask: number
  readonly ellipsisMask: number
  readonly newAxisMask: number
  readonly shrinkAxisMask: number
}

const strided = gradient<StridedSliceAttrs>(StridedSlice, { inputs: ['x'] }, (dy, [x], attrs) => ({
  x: () => {
    const { shape } = x as Tensor
    if (dy.size === 0) return zeros(shape)
    const { begin, end, strides } = slice_util.sliceInfo(
      shape,
      attrs.begin,
      attrs.end,
      attrs.strides,
      attrs.beginMask,
      attrs.endMask,
      attrs.ellipsisMask,
      attrs.newAxisMask,
      attrs.shrinkAxisMask,
    )
    const sizes = slice_util.computeOutShape(begin, end, strides)
    return strides.reduce(
      (dx, stride, axis) => {
        const [first, n] = [begin[axis] as number, sizes[axis] as number]
        const ascending = stride < 0 ? reverse(dx, axis) : dx
        const start = stride < 0 ? first + (n - 1) * stride : first
        return place(spread(ascending, axis, Math.abs(stride)), axis, start, shape[axis] as number)
      },
      reshape(dy, sizes),
    )
  },
}))

/** Along each axis: what stands in front and behind is mirrored onto what it is an image of. */
const mirrored = gradient<{ paddings: [number, number][]; mode: 'reflect' | 'symmetric' }>(
  MirrorPad,
  {},
  (dy, _, { paddings, mode }) => ({
    x: () =>
      paddings.reduce((dx, [front, back], axis) => {
        const n = (dx.shape[axis] as number) - front - back
        const part = (begin: number, size: number): Tensor =>
          slice(
            dx,
            dx.shape.map((_, i) => (i === axis ? begin : 0)),
            dx.shape.map((all, i) => (i === axis ? size : all)),
          )
        const edge = mode === 'reflect' ? 1 : 0
        const seen = (begin: number, size: number, at: number): Tensor =>
          place(reverse(part(begin, size), axis), axis, at, n)
        const images = [
          ...(front > 0 ? [seen(0, front, edge)] : []),
          ...(back > 0 ? [seen(front + n, back, n - edge - back)] : []),
        ]
        return images.reduce((sum, each) => add(sum, each), part(front, n))
      }, dy),
  }),
)

/** Each axis for itself, from the first: a repeated axis is a repetition and an axis, and the repetitions are added up. */
const tiled = gradient<{ reps: number[] }>(Tile, { inputs: ['x'] }, (dy, [x], { reps }) => ({
  x: () => {
    const { shape } = x as Tensor
    if (dy.size === 0) return zeros(shape)
    const summed = reps.reduce((dx, times, axis) => {
      if (times === 1) return dx
      const before = util.sizeFromShape(shape.slice(0, axis))
      return sum(reshape(dx, [before, times, dx.size / (before * times)]), 1)
    }, dy)
    return reshape(summed, shape)
  },
}))

const spaced = gradient<{ blockSize: number; dataFormat: 'NHWC' | 'NCHW' }>(
  DepthToSpace,
  { inputs: ['x'] },
  (dy, [x], { blockSize: r, dataFormat }) => ({
    x: () => {
      const { shape } = x as Tensor
      const last = dataFormat === 'NHWC'
      const [n, h, w, c] = (last ? dy.shape : [0, 2, 3, 1].map((i) => dy.shape[i])) as [number, number, number, number]
      const blocks = reshape(last ? dy : transpose(dy, [0, 2, 3, 1]), [n * (h / r), r, w / r, r * c])
      const depth = reshape(transpose(blocks, [0, 2, 1, 3]), [n, h / r, w / r, r * r * c])
      return reshape(last ? depth : transpose(depth, [0, 3, 1, 2]), shape)
    },
  }),
)

export const layout: readonly GradConfig[] = [
  strided,
  mirrored,
  tiled,
  spaced,
  gradient(FlipLeftRight, {}, (dy) => ({ image: () => image.flipLeftRight(dy as never) })),
  gradient(Diag, { inputs: ['x'] }, (dy, [x]) => ({
    x: () => {
      const { shape, size } = x as Tensor
      return reshape(sum(mul(reshape(dy, [size, size]), eye(size)), 1), shape)
    },
  })),
  // tfjs's own fail where there is one output.
  gradientOfMany<{ axis: number }>(SplitV, {}, (dys, _, { axis }) => ({ x: () => concat([...dys], axis) })),
  gradientOfMany<{ axis: number }>(Unpack, {}, (dys, _, { axis }) => ({ value: () => stack([...dys], axis) })),
]
