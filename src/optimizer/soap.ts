import { add, div, matMul, mul, reshape, sqrt, square, type Tensor, tensor2d, zerosLike } from '@tensorflow/tfjs-core'
import { built } from '../built.js'
import { check } from '../schedule/check.js'
import { fraction, nonNegative, wholeFrom } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import { eigenvectors, orthonormal } from './eigen.js'
import { alike, leafwise, type Shape } from './leafwise.js'
import { ema } from './sophia.js'

/**
 * SOAP: Adam in the basis in which Shampoo is diagonal. Vyas et al. 2024, Algorithms 3 and 4, https://arxiv.org/abs/2409.11321
 *
 *     m ← b1 · m + (1 − b1) · g
 *     v ← b2 · v + (1 − b2) · (QLᵀ g QR)²
 *     Δθ = −lr · (QL · (QLᵀ m̂ QR) / (√v̂ + eps) · QRᵀ + weightDecay · θ)
 *     L ← b3 · L + (1 − b3) · g gᵀ             R ← b3 · R + (1 − b3) · gᵀ g
 *     QL ← Q of the QR factors of L · QL       QR alike: every `every` updates, one step of a power iteration
 *
 * The first update moves nothing: it starts L and R, and QL and QR as their eigenvectors, and m and v count from the second.
 *
 * Leaves of rank 2 and more are matrices as in `muon`. An axis longer than `maxSize` keeps its basis, so does a vector: with both
 * sides kept it is Adam, one update late. The bases are computed on the host, in float64: eigenvectors of 256 rows take 2.4 s, once,
 * a refreshed basis 0.1 s.
 *
 * Where we differ: the authors' code takes `every` 10 and axes up to 10,000.
 */
export interface Soap {
  readonly lr?: Hyper
  readonly b1?: Hyper
  readonly b2?: Hyper
  readonly b3?: Hyper
  readonly eps?: Hyper
  readonly weightDecay?: Hyper
  readonly every?: number
  readonly maxSize?: number
}

export const soap = built(
  'soap',
  [
    {
      lr: 'hyper',
      b1: 'hyper',
      b2: 'hyper',
      b3: 'hyper',
      eps: 'hyper',
      weightDecay: 'hyper',
      every: 'number',
      maxSize: 'number',
    },
  ],
  (options: Soap = {}) => {
    const { lr = 0.003, b1 = 0.95, b2 = 0.95, b3 = 0.95, eps = 1e-8, weightDecay = 0.01 } = options
    const { every = 10, maxSize = 256 } = options
    check('soap', wholeFrom(1), { every })
    check('soap', wholeFrom(0), { maxSize })
    const side = (axis: 0 | 1) => (shape: Shape) => {
      const n = sidesOf(shape)?.[axis]
      return n !== undefined && n <= maxSize ? [[n, n]] : []
    }
    return leafwise({
      name: 'soap',
      hyper: { lr, b1, b2, b3, eps, weightDecay },
      range: { lr: nonNegative, b1: fraction, b2: fraction, b3: fraction, eps: nonNegative, weightDecay: nonNegative },
      slots: { m: alike, v: alike, l: side(0), ql: side(0), r: side(1), qr: side(1) },
      step: ({ g, theta, t, slot, hyper: { lr, b1, b2, b3, eps, weightDecay } }) => {
        const matrix = flat(g)
        const outer = (old: Tensor, transposed: boolean): Tensor =>
          ema(b3, old, matMul(matrix, matrix, transposed, !transposed))
        const side = (moments: readonly Tensor[], bases: readonly Tensor[], transposed: boolean) => {
          const next = moments.map((old) => outer(old, transposed))
          return [next, next.map((x, i) => basis(x, bases[i] as Tensor, t, every))] as const
        }
        const [l, ql] = side(slot.l, slot.ql, false)
        const [r, qr] = side(slot.r, slot.qr, true)
        if (t === 1) return { m: slot.m[0], v: slot.v[0], l, ql, r, qr, delta: zerosLike(g) }
        const turned = (x: Tensor, back: boolean): Tensor => {
          const left = slot.ql.reduce((y: Tensor, q) => matMul(q, y, !back), flat(x))
          return reshape(
            slot.qr.reduce((y: Tensor, q) => matMul(y, q, false, back), left),
            g.shape,
          )
        }
        const m = ema(b1, slot.m[0], g)
        const v = ema(b2, slot.v[0], square(turned(g, false)))
        const mHat = div(turned(m, false), 1 - b1 ** (t - 1))
        const vHat = div(v, 1 - b2 ** (t - 1))
        const direction = turned(div(mHat, add(sqrt(vHat), eps)), true)
        return { m, v, l, ql, r, qr, delta: mul(add(direction, mul(theta, weightDecay)), -lr) }
      },
    })
  },
)

/** Inputs and outputs. */
const sidesOf = (shape: Shape): readonly [number, number] | undefined =>
  shape.length < 2 ? undefined : [shape.slice(0, -1).reduce((a, b) => a * b, 1), shape.at(-1) as number]

/** Inputs by outputs; a vector is one input. */
const flat = (x: Tensor): Tensor => reshape(x, [sidesOf(x.shape)?.[0] ?? 1, x.shape.at(-1) ?? 1])

const basis = (moment: Tensor, old: Tensor, t: number, every: number): Tensor => {
  const [n = 0] = moment.shape
  if (t === 1) return tensor2d(Float32Array.from(eigenvectors(numbers(moment), n)), [n, n])
  if ((t - 1) % every !== 0) return old
  return tensor2d(Float32Array.from(orthonormal(numbers(matMul(moment, old)), n)), [n, n])
}

const numbers = (x: Tensor): Float64Array => Float64Array.from(x.dataSync())
