import { add, div, mul, reshape, type Tensor } from '@tensorflow/tfjs-core'
import { built } from '../built.js'
import { adamw } from '../rule/adamw.js'
import { fraction, nonNegative } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import { type Where, whereOf } from '../where.js'
import { alike, leafwise, type Shape } from './leafwise.js'
import { frobenius, JORDAN, newtonSchulz, type Quintic } from './newtonschulz.js'
import type { Optimizer } from './optimizer.js'
import { split } from './split.js'

/**
 * Muon: momentum, made almost orthogonal. Jordan et al. 2024, https://kellerjordan.github.io/posts/muon/
 *
 *     m ← beta · m + (1 − beta) · g
 *     u = beta · m + (1 − beta) · g                    Nesterov's
 *     O = five steps of Newton and Schulz from u / (‖u‖ + 1e-7)
 *     Δθ = −lr · (√max(1, outputs / inputs) · O + weightDecay · θ)
 *
 * The singular values of O are in [0.68, 1.14] where u's are no smaller than a hundredth of ‖u‖.
 *
 * Leaves of rank 2 and more are matrices: the last axis are the outputs, all others together the inputs, so that a convolution's
 * kernel [h, w, in, out] is a matrix [h · w · in, out]. Scalars and vectors, and matrices where `where` is not true, are left to
 * `others`; Jordan has AdamW there, for the embedding and the last layer too: `where: '!embedding.**'`.
 *
 * Where we differ: Optax takes rank 2 alone, and debiases m, as nothing but its eps can tell; PyTorch multiplies with
 * √max(1, rows / columns), its outputs being rows.
 */
export interface Muon {
  readonly lr?: Hyper
  readonly beta?: Hyper
  readonly weightDecay?: Hyper
  /** Which matrices; all, if nothing is said. */
  readonly where?: Where
  /** For all other leaves. */
  readonly others?: Optimizer
}

export const muon = built(
  'muon',
  [{ lr: 'hyper', beta: 'hyper', weightDecay: 'hyper', where: 'where', others: 'optimizer' }],
  ({ lr = 0.02, beta = 0.95, weightDecay = 0, where = () => true, others = adamw() }: Muon = {}) => {
    const within = whereOf('muon', where)
    const matrices = leafwise({
      name: 'muon',
      hyper: { lr, beta, weightDecay },
      range: { lr: nonNegative, beta: fraction, weightDecay: nonNegative },
      slots: { m: alike },
      step: ({ g, theta, slot, hyper: { lr, beta, weightDecay } }) => {
        const m = ema(beta, slot.m[0], g)
        const u = asMatrix(ema(beta, m, g))
        const [inputs = 1, outputs = 1] = u.shape
        const o = reshape(newtonSchulz(u, FIVE, unitNorm(1e-7)), g.shape)
        const direction = mul(o, Math.sqrt(Math.max(1, outputs / inputs)))
        return { m, delta: mul(add(direction, mul(theta, weightDecay)), -lr) }
      },
    })
    return split('muon', (shape, path) => shape.length >= 2 && within(path), matrices, others)
  },
)

const FIVE: readonly Quintic[] = Array(5).fill(JORDAN)

export const ema = (b: number, m: Tensor, x: Tensor): Tensor => add(mul(m, b), mul(x, 1 - b))

export const unitNorm =
  (eps: number) =>
  (x: Tensor): Tensor =>
    div(x, add(frobenius(x), eps))

/** Inputs by outputs. */
export const asMatrix = (x: Tensor): Tensor => reshape(x, [inputs(x.shape), x.shape.at(-1) ?? 1])

const inputs = (shape: Shape): number => shape.slice(0, -1).reduce((a, b) => a * b, 1)
