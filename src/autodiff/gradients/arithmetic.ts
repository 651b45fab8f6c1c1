import {
  Abs,
  BatchMatMul,
  type BatchMatMulAttrs,
  cast,
  equal,
  type GradConfig,
  greater,
  greaterEqual,
  less,
  lessEqual,
  log,
  Maximum,
  Minimum,
  matMul,
  mul,
  onesLike,
  Pow,
  Prelu,
  pow,
  SquaredDifference,
  sign,
  sub,
  type Tensor,
  where,
} from '@tensorflow/tfjs-core'
import { gradient, unbroadcast, zerosLike } from './gradient.js'

/**
 * Arithmetic, where tfjs's gradients fail or differ from the derivative:
 *
 *     |x|′ = sign x                      0 at 0, where tfjs has −1
 *     max(a, b), min(a, b), (a − b)²     also where a number stands for several (broadcasting)
 *     ∂(aᵇ)/∂a = b · aᵇ⁻¹                0 where b is 0, for a = 0 too, where tfjs has NaN
 *     ∂(aᵇ)/∂b = aᵇ · ln a               0 where a ≤ 0, and finite in its own derivatives
 *     A · B                              also where a matrix stands for a batch
 *     prelu(x, α) = x > 0 ? x : α · x    also where a number of x stands for several
 *
 * Where max and min are equal, all of the gradient is a's.
 */
const sides = (
  kernelName: string,
  ofA: (dy: Tensor, a: Tensor, b: Tensor) => Tensor,
  ofB: (dy: Tensor, a: Tensor, b: Tensor) => Tensor,
): GradConfig =>
  gradient(kernelName, { inputs: ['a', 'b'] }, (dy, saved) => {
    const [a, b] = saved as [Tensor, Tensor]
    return { a: () => unbroadcast(ofA(dy, a, b), a), b: () => unbroadcast(ofB(dy, a, b), b) }
  })

const times = (dy: Tensor, mask: Tensor): Tensor => mul(dy, cast(mask, 'float32'))

const powers = gradient(Pow, { inputs: ['a', 'b'], outputs: [true] }, (dy, saved) => {
  const [a, b, y] = saved as [Tensor, Tensor, Tensor]
  return {
    a: () => {
      const exponent = cast(b, 'float32')
      const none = equal(exponent, 0)
      const lower = where(none, onesLike(exponent), sub(exponent, 1))
      return unbroadcast(mul(dy, mul(exponent, pow(a, lower))), a)
    },
    b: () => {
      const positive = greater(a, 0)
      const logarithm = log(where(positive, a, onesLike(a)))
      return unbroadcast(mul(dy, mul(y, logarithm)), b)
    },
  }
})

const prelu = gradient(Prelu, { inputs: ['x', 'alpha'] }, (dy, saved) => {
  const [x, alpha] = saved as [Tensor, Tensor]
  const positive = greater(x, 0)
  return {
    x: () => unbroadcast(where(positive, dy, mul(dy, alpha)), x),
    alpha: () => unbroadcast(where(positive, zerosLike(dy), mul(dy, x)), alpha),
  }
})

const products = gradient<BatchMatMulAttrs>(
  BatchMatMul,
  { inputs: ['a', 'b'] },
  (dy, saved, { transposeA, transposeB }) => {
    const [a, b] = saved as [Tensor, Tensor]
    const ofA = (): Tensor => (transposeA ? matMul(b, dy, transposeB, true) : matMul(dy, b, false, !transposeB))
    const ofB = (): Tensor => (transposeB ? matMul(dy, a, true, transposeA) : matMul(a, dy, !transposeA, false))
    return { a: () => unbroadcast(ofA(), a), b: () => unbroadcast(ofB(), b) }
  },
)

export const arithmetic: readonly GradConfig[] = [
  gradient(Abs, { inputs: ['x'] }, (dy, [x]) => ({ x: () => mul(dy, sign(cast(x as Tensor, 'float32'))) })),
  sides(
    Maximum,
    (dy, a, b) => times(dy, greaterEqual(a, b)),
    (dy, a, b) => times(dy, less(a, b)),
  ),
  sides(
    Minimum,
    (dy, a, b) => times(dy, lessEqual(a, b)),
    (dy, a, b) => times(dy, greater(a, b)),
  ),
  sides(
    SquaredDifference,
    (dy, a, b) => mul(dy, mul(2, sub(a, b))),
    (dy, a, b) => mul(dy, mul(2, sub(b, a))),
  ),
  powers,
  products,
  prelu,
]
