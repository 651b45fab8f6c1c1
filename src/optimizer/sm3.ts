import { add, greater, max, minimum, mul, reshape, rsqrt, square, type Tensor, where } from '@tensorflow/tfjs-core'
import { built } from '../built.js'
import { named } from '../rule/fuse.js'
import { descent } from '../rule/lr.js'
import { fraction, nonNegative, unit } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import { axes } from './centralize.js'
import { chain } from './chain.js'
import { alike, leafwise, type Shape } from './leafwise.js'

/**
 * SM3: Adagrad that keeps a number for each row, each column, each slice along any axis, instead of each element. Anil et al. 2019,
 * Algorithm SM3-II, with momentum, https://arxiv.org/abs/1901.11150
 *
 *     ν = min over the axes r of μ_r + g²          at each element, of the slices it is in
 *     μ_r ← max of ν over the slice
 *     m ← beta · m + (1 − beta) · g / √ν          0 where ν is
 *     Δθ = −lr · m
 *
 * The slices of a vector are its elements: there it is Adagrad.
 *
 * Where we differ: Optax has 1e-8 added to ν, and, in `scale_by_sm3`, a decay of ν, b2.
 */
export interface SM3 {
  readonly lr: Hyper
  readonly beta?: Hyper
}

export const sm3 = built('sm3', [{ lr: 'hyper!', beta: 'hyper' }], ({ lr, beta = 0.9 }: SM3) =>
  chain(covered('sm3', { b1: beta, b2: 1, eps: 0 }), named('sm3', descent(lr))),
)

interface Covered {
  readonly b1: Hyper
  readonly b2: Hyper
  readonly eps: Hyper
}

/** m, with ν ← b2 · min μ + (1 − b2) · g², where b2 is not 1, and eps added to it. */
export const covered = (name: string, { b1, b2, eps }: Covered) =>
  leafwise({
    name,
    hyper: { b1, b2, eps },
    range: { b1: fraction, b2: unit, eps: nonNegative },
    slots: { mu: slices, m: alike },
    step: ({ g, slot, hyper: { b1, b2, eps } }) => {
      const { rank } = g
      const over = slot.mu.map((mu, r) => (rank < 2 ? mu : reshape(mu, along(g.shape, r)))).reduce(minimum)
      const nu = add(mul(over, b2), mul(square(g), b2 === 1 ? 1 : 1 - b2))
      const scaled = mul(g, where(greater(nu, 0), rsqrt(add(nu, eps)), 0))
      const m = add(mul(slot.m[0], b1), mul(scaled, 1 - b1))
      return { mu: rank < 2 ? nu : slot.mu.map((_, r): Tensor => max(nu, others(rank, r))), m, delta: m }
    },
  })

/** A number for each slice along each axis. */
const slices = (shape: Shape): readonly Shape[] => (shape.length < 2 ? [shape] : shape.map((n) => [n]))
const along = (shape: Shape, r: number): number[] => shape.map((n, i) => (i === r ? n : 1))
const others = (rank: number, r: number): number[] => axes(0, rank).filter((axis) => axis !== r)
