import {
  cast,
  EluGrad,
  exp,
  type GradConfig,
  greater,
  less,
  minimum,
  mul,
  reshape,
  Selu,
  sub,
  sum,
  type Tensor,
  where,
} from '@tensorflow/tfjs-core'
import { gradient, run, zerosLike } from './gradient.js'
import { SOFTMAX_CROSS_ENTROPY } from './order.js'

/**
 * Activations and losses:
 *
 *     elu′ = y ≥ 0 ? 1 : y + 1               a kernel of its own, EluGrad(dy, y), linear in dy; ∂/∂y = y < 0 ? dy : 0
 *     selu′ = λ · (x > 0 ? 1 : α · exp x)    finite in its own derivatives where exp x is not
 *     cross-entropy(p, z) = −Σ p · ℓ,  ℓ = z − logΣexp z
 *
 *         ∂/∂z = exp(ℓ) · Σp − p      tfjs takes Σp for 1
 *         ∂/∂p = −ℓ                   tfjs has p − exp(ℓ)
 */
const LAMBDA = 1.0507009873554805
const ALPHA = 1.6732632423543772

export const activations: readonly GradConfig[] = [
  gradient(EluGrad, { inputs: ['dy', 'y'] }, (ddx, saved) => {
    const [dy, y] = saved as [Tensor, Tensor]
    return {
      dy: () => run(EluGrad, { dy: ddx, y }),
      y: () => where(less(y, 0), mul(ddx, dy), zerosLike(y)),
    }
  }),
  gradient(Selu, { inputs: ['x'] }, (dy, saved) => {
    const x = cast(saved[0] as Tensor, 'float32')
    const slope = (): Tensor => mul(exp(minimum(x, 0)), LAMBDA * ALPHA)
    return { x: () => where(greater(x, 0), mul(dy, LAMBDA), mul(dy, slope())) }
  }),
  gradient(SOFTMAX_CROSS_ENTROPY, {}, (dy, saved) => {
    const [labels, logarithms] = saved as [Tensor, Tensor]
    const each = reshape(dy, [...dy.shape, 1])
    return {
      0: () => mul(each, mul(logarithms, -1)),
      1: () => {
        const p = cast(labels, 'float32')
        return mul(each, sub(mul(exp(logarithms), sum(p, -1, true)), p))
      },
    }
  }),
]
