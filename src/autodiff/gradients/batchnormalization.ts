import {
  add,
  clone,
  FusedBatchNorm,
  type GradConfig,
  mul,
  neg,
  rsqrt,
  square,
  sub,
  type Tensor,
} from '@tensorflow/tfjs-core'
import { gradient, unbroadcast } from './gradient.js'

/**
 * Batch normalization, y = (x − mean) · a + offset with a = scale / √(variance + ε), each of mean, variance, scale and offset one number a
 * channel or one an element:
 *
 *     dx = dy · a               doffset = Σ dy                       dscale = P / √(variance + ε),  P = Σ dy · (x − mean)
 *     dmean = −a · Σ dy         dvariance = −½ · a · P / (variance + ε)
 *
 * Both sums are taken once, and everything else is as large as a channel: three tensors of x's size are made, where tfjs makes nine.
 */
interface Attrs {
  readonly varianceEpsilon: number
}

export const batchNormalization: GradConfig = gradient<Attrs>(
  FusedBatchNorm,
  { inputs: ['x', 'mean', 'variance', 'scale'] },
  (dy, saved, { varianceEpsilon }) => {
    const [x, mean, variance, scale] = saved as [Tensor, Tensor, Tensor, Tensor | undefined]
    const root = rsqrt(add(variance, varianceEpsilon))
    const a = scale ? mul(root, scale) : root
    const sum = unbroadcast(dy, mean)
    const product = unbroadcast(mul(dy, sub(x, mean)), mean)
    return {
      x: () => mul(dy, a),
      mean: () => neg(mul(sum, a)),
      variance: () => mul(mul(product, a), mul(square(root), -0.5)),
      scale: () => mul(product, root),
      offset: () => clone(sum),
    }
  },
)
