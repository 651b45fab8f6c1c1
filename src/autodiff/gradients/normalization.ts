import {
  add,
  engine,
  type GradConfig,
  LRN,
  LRNGrad,
  matMul,
  mul,
  pow,
  reshape,
  square,
  sub,
  type Tensor,
  tensor2d,
} from '@tensorflow/tfjs-core'
import { gradient, run } from './gradient.js'

/**
 * Local response normalization over the channels i, W(i) being those at most `depthRadius` from i:
 *
 *     y_i = x_i · n_i^−β        n_i = bias + α · Σ_{j ∈ W(i)} x_j²
 *     dL/dx_i = dy_i · n_i^−β − 2αβ · x_i · Σ_{j ∈ W(i)} dy_j · x_j · n_j^(−β−1)
 *
 * tfjs has a kernel for this, which is run where nobody differentiates it; otherwise the formula is.
 */
interface Attrs {
  readonly depthRadius: number
  readonly bias: number
  readonly alpha: number
  readonly beta: number
}

const formula = (x: Tensor, dy: Tensor, { depthRadius, bias, alpha, beta }: Attrs): Tensor => {
  const channels = x.shape.at(-1) as number
  const near = Array.from({ length: channels ** 2 }, (_, k) =>
    Math.abs(Math.floor(k / channels) - (k % channels)) <= depthRadius ? 1 : 0,
  )
  const band = tensor2d(near, [channels, channels])
  const [xs, dys] = [x, dy].map((t) => reshape(t, [x.size / channels, channels])) as [Tensor, Tensor]
  const n = add(mul(matMul(square(xs), band), alpha), bias)
  const sums = matMul(mul(mul(dys, xs), pow(n, -beta - 1)), band)
  return reshape(sub(mul(dys, pow(n, -beta)), mul(mul(xs, sums), 2 * alpha * beta)), x.shape)
}

export const normalization: readonly GradConfig[] = [
  gradient<Attrs>(LRN, { inputs: ['x'], outputs: [true] }, (dy, saved, attrs) => {
    const [x, y] = saved as [Tensor, Tensor]
    const again = engine().state.gradientDepth > 0
    return { x: () => (again ? formula(x, dy, attrs) : run(LRNGrad, { x, y, dy }, attrs)) }
  }),
]
