import {
  add,
  backend_util,
  broadcastTo,
  Cumprod,
  Cumsum,
  cast,
  cumprod,
  cumsum,
  div,
  equal,
  type GradConfig,
  Max,
  Mean,
  Min,
  mul,
  Prod,
  pad,
  reshape,
  reverse,
  Sum,
  slice,
  sum,
  type Tensor,
  transpose,
  util,
  zeros,
} from '@tensorflow/tfjs-core'
import { gradient } from './gradient.js'
import { middle } from './stride.js'

/**
 * Sums, products and extremes along axes.
 *
 *     sum, mean          dy, or dy / n, broadcast; tfjs makes as many ones in JavaScript, and multiplies
 *     max, min           the gradient is shared evenly by all that are largest; in tfjs each has all of it
 *     prod, cumprod      no division by x: zeros may be among the factors
 *     cumsum             along every axis; tfjs's is right along the last
 */
const extreme = (kernelName: string): GradConfig =>
  gradient<{ readonly axis?: number | number[]; readonly reductionIndices?: number | number[] }>(
    kernelName,
    { inputs: ['x'], outputs: [true] },
    (dy, saved, { axis, reductionIndices }) => {
      const [x, y] = saved as [Tensor, Tensor]
      const axes = util.parseAxisParam((axis ?? reductionIndices) as number[], x.shape)
      const shape = backend_util.expandShapeToKeepDim(
        x.shape.filter((_, i) => !axes.includes(i)),
        axes,
      )
      return {
        x: () => {
          const here = cast(equal(x, reshape(y, shape)), 'float32')
          return mul(div(reshape(dy, shape), sum(here, axes, true)), here)
        },
      }
    },
  )

/** `share` tells what is dy's of n numbers. */
const total = (kernelName: string, share: (dy: Tensor, n: number) => Tensor): GradConfig =>
  gradient<{ readonly axis: number | number[] }>(kernelName, { inputs: ['x'] }, (dy, [x], { axis }) => {
    const { shape } = x as Tensor
    const axes = util.parseAxisParam(axis, shape)
    const [kept, along] = backend_util.computeOutAndReduceShapes(shape, axes)
    const each = (): Tensor =>
      reshape(share(dy, util.sizeFromShape(along)), backend_util.expandShapeToKeepDim(kept, axes))
    // tfjs broadcasts a number to no numbers as one.
    return { x: () => (shape.includes(0) ? zeros(shape) : broadcastTo(each(), shape)) }
  })

/** xᵢ₊ₖ in place of xᵢ, along the middle axis; `fill` comes in at the end. */
const ahead = (x: Tensor, k: number, fill: number): Tensor => {
  const [before, n, after] = x.shape as [number, number, number]
  const rest = slice(x, [0, k, 0], [before, n - k, after])
  return pad(
    rest,
    [
      [0, 0],
      [0, k],
      [0, 0],
    ],
    fill,
  )
}

/**
 * yᵢ = x₀ ⋯ xᵢ. What comes from x_j is a product of what stands before it and of a sum that runs from the end:
 *
 *     dL/dx_j = (x₀ ⋯ x_{j−1}) · s_j        s_j = dy_j + x_{j+1} · s_{j+1}
 *
 * The sum takes log₂ n steps: after the k-th, s_j holds 2ᵏ terms and a_j the product of 2ᵏ factors.
 */
const productsUpTo = (x: Tensor, dy: Tensor): Tensor => {
  const n = x.shape[1] as number
  let [s, a] = [dy, ahead(x, Math.min(1, n), 1)]
  for (let k = 1; k < n; k *= 2) {
    s = add(s, mul(a, ahead(s, k, 0)))
    a = mul(a, ahead(a, k, 1))
  }
  return mul(cumprod(x, 1, true), s)
}

const cumulated = gradient<{ axis: number; exclusive: boolean; reverse: boolean }>(
  Cumprod,
  { inputs: ['x'] },
  (dy, [x], { axis, exclusive, reverse: fromEnd }) => ({
    x: () => {
      const { shape } = x as Tensor
      const along = util.parseAxisParam(axis, shape)[0] as number
      const turn = (t: Tensor): Tensor => (fromEnd ? reverse(t, 1) : t)
      const [factors, dys] = [x as Tensor, dy].map((t) => turn(reshape(t, middle(shape, along)))) as [Tensor, Tensor]
      const inclusive = exclusive && factors.shape[1] !== 0 ? ahead(dys, 1, 0) : dys
      return reshape(turn(productsUpTo(factors, inclusive)), shape)
    },
  }),
)

const product = gradient<{ axis?: number | number[] | null }>(Prod, { inputs: ['x'] }, (dy, [given], { axis }) => ({
  x: () => {
    const x = cast(given as Tensor, 'float32')
    const axes = util.parseAxisParam(axis as number[], x.shape)
    const others = x.shape.map((_, i) => i).filter((i) => !axes.includes(i))
    const order = [...others, ...axes]
    const moved = transpose(x, order)
    const rows = reshape(moved, [dy.size, dy.size === 0 ? 0 : x.size / dy.size])
    const rest = mul(cumprod(rows, 1, true), cumprod(rows, 1, true, true))
    const dx = mul(reshape(dy, [dy.size, 1]), rest)
    const back = order.map((_, i) => order.indexOf(i))
    return transpose(reshape(dx, moved.shape), back)
  },
}))

export const reductions: readonly GradConfig[] = [
  total(Sum, (dy) => dy),
  total(Mean, div),
  extreme(Max),
  extreme(Min),
  cumulated,
  product,
  gradient<{ axis: number; exclusive: boolean; reverse: boolean }>(
    Cumsum,
    {},
    (dy, _, { axis, exclusive, reverse: fromEnd }) => ({ x: () => cumsum(dy, axis, exclusive, !fromEnd) }),
  ),
]
