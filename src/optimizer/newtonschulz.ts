import {
  abs,
  add,
  div,
  exp,
  log,
  matMul,
  maximum,
  mul,
  norm,
  rsqrt,
  scalar,
  sqrt,
  sum,
  type Tensor,
  transpose,
} from '@tensorflow/tfjs-core'
import { mistake } from '../failure.js'

/**
 * Newton and Schulz's iteration with an odd polynomial of degree five: it acts on each singular value alone. The last two axes are
 * matrices.
 *
 *     X ← a · X + b · (X Xᵀ) X + c · (X Xᵀ)² X          σ ← a · σ + b · σ³ + c · σ⁵
 */
export type Quintic = readonly [a: number, b: number, c: number]

/** Jordan's coefficients: steep at 0, so that five steps take σ in [0.01, 1] into [0.68, 1.14], and no closer to 1. */
export const JORDAN: Quintic = [3.4445, -4.775, 2.0315]

/** Makes of a matrix that is no longer than wide one whose singular values are at most 1. */
export type Bound = (wide: Tensor) => Tensor

/** Five are usual; more than a thousand, which no update could wait for, are a mistake. */
export const repeated = (n: number, step = JORDAN): readonly Quintic[] => {
  if (n > 1000) throw mistake('newtonSchulz', `there are ${n} steps`, 'at most 1000')
  return Array(n).fill(step)
}

export const newtonSchulz = (matrix: Tensor, steps: readonly Quintic[], bounded: Bound): Tensor => {
  const [rows = 0, columns = 0] = matrix.shape.slice(-2)
  const tall = rows > columns
  const wide = bounded(tall ? transposed(matrix) : matrix)
  const last = steps.reduce((x, [a, b, c]) => {
    const gram = matMul(x, x, false, true)
    const polynomial = add(mul(gram, b), mul(matMul(gram, gram), c))
    return add(mul(x, a), matMul(polynomial, x))
  }, wide)
  return tall ? transposed(last) : last
}

/** With the last two axes exchanged. */
const transposed = (x: Tensor): Tensor => {
  const axes = x.shape.map((_, i) => i)
  return transpose(x, [...axes.slice(0, -2), x.rank - 1, x.rank - 2])
}

/** Over ‖X‖, Frobenius's norm, which no singular value is above, with eps added to it. */
export const overFrobenius =
  (eps: number): Bound =>
  (x) =>
    div(x, add(frobenius(x), eps))

/** The same, with eps as the least that ‖X‖ is taken to be. */
export const overFrobeniusFrom =
  (eps: number): Bound =>
  (x) =>
    div(x, maximum(frobenius(x), eps))

const frobenius = (x: Tensor): Tensor => norm(x, 'euclidean', [x.rank - 2, x.rank - 1], true)

/**
 * Over the largest singular value, with eps added to it; by Gelfand's formula for A = X Xᵀ: σ² = lim ‖Aᵏ‖^(1/k), with k = 2²⁴ by
 * squaring. What rounding does to a square counts for half as much as in the one before.
 */
export const overSpectral =
  (eps: number): Bound =>
  (x) => {
    let power = matMul(x, x, false, true)
    let logarithm: Tensor = scalar(0)
    for (let k = 1; k <= 2 ** 24; k *= 2) {
      const size = maximum(frobenius(power), TINY)
      logarithm = add(logarithm, div(log(size), k))
      const unit = div(power, size)
      power = matMul(unit, unit)
    }
    return div(x, add(sqrt(exp(logarithm)), eps))
  }

/** The least float32 that is not subnormal: a matrix of zeros has a logarithm too. */
const TINY = 2 ** -126

/**
 * Each row over the root of its sum of |X Xᵀ|, of eps at least: almost orthogonal layers, Prach & Lampert 2022,
 * https://arxiv.org/abs/2208.03160
 */
export const almostOrthogonal =
  (eps: number): Bound =>
  (x) =>
    mul(x, rsqrt(maximum(sum(abs(matMul(x, x, false, true)), -1, true), eps)))

/** Over Schatten's 4-norm, √‖X Xᵀ‖ of eps at least, which no singular value is above either, and which is less than ‖X‖. */
export const overSchatten =
  (eps: number): Bound =>
  (x) =>
    mul(x, rsqrt(maximum(frobenius(matMul(x, x, false, true)), eps)))
