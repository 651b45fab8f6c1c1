import { built } from '../built.js'
import { type Expr, select } from '../expr/expr.js'
import { check } from '../schedule/check.js'
import { fraction, nonNegative, shrinking } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import { perTree } from './formula.js'
import { complement, ema } from './moment.js'
import { rule } from './rule.js'

/**
 * Schedule-free SGD and AdamW. Defazio et al. 2024, equations 3–5 and Algorithm 1, https://arxiv.org/abs/2405.15682
 *
 *     y = (1 − b1) · z + b1 · x          where the gradient is taken: this is θ
 *     z ← z + u                          u: the base's step, from the gradient at y
 *     W ← W + lr²,   c = lr² / W         1 / t where lr is constant
 *     x ← (1 − c) · x + c · z            what to evaluate: the readout
 *
 * x is no slot: it is (y − (1 − b1) · z) / b1. With that put in, and y's own step taken out,
 *
 *     Δθ = (1 − b1 · (1 − c)) · u + c · (z − θ)          z: the old one
 *
 * so there is one slot an element beside the base's, and no division by b1 but in the readout.
 *
 *     SGD:    u = −lr · (g + weightDecay · θ)
 *     AdamW:  v ← b2 · v + (1 − b2) · g²
 *             lr ← lr · √(1 − b2ᵗ)
 *             u = −lr · (g / (√v + eps) + weightDecay · θ)
 *
 * `lr` may be a schedule, for a warm-up.
 *
 * Where we differ: Optax and the authors' code weigh with the largest lr so far, Optax with that of the next update, and it
 * has v̂ as in Adam and the plain lr.
 */
export interface ScheduleFree {
  readonly lr?: Hyper
  /** How much of y is x; it stays as it is, for x is found with it. */
  readonly b1?: number
  readonly weightDecay?: Hyper
}

interface Interpolation {
  readonly theta: Expr
  readonly b1: Expr
  readonly z: Expr
  readonly W: Expr
}

/** θ's step and the next slots, from the base's step and the weight of the next z in x. */
export const interpolated = ({ theta, b1, z, W }: Interpolation, u: Expr, weight: Expr) => {
  const next = W.add(weight)
  const c = select(next.gt(0), weight.div(next), 0)
  const share = complement(b1.mul(complement(c)))
  return { z: z.add(u), W: next, delta: u.mul(share).add(z.sub(theta).mul(c)) }
}

/** x, of y and z. */
export const averaged = ({ theta, b1, z }: Omit<Interpolation, 'W'>): Expr => theta.sub(z.mul(complement(b1))).div(b1)

export const scheduleFreeSgd = built(
  'scheduleFreeSgd',
  [{ lr: 'hyper', b1: 'number', weightDecay: 'hyper' }],
  ({ lr = 1, b1 = 0.9, weightDecay = 0 }: ScheduleFree = {}) => {
    check('scheduleFreeSgd', shrinking, { b1 })
    return rule({
      name: 'scheduleFreeSgd',
      hyper: { lr, b1, weightDecay },
      range: { lr: nonNegative, weightDecay: nonNegative },
      slots: { z: 'theta', W: perTree(0) },
      step: ({ g, lr, weightDecay, ...point }) => {
        const u = g.add(point.theta.mul(weightDecay)).mul(lr).neg()
        return interpolated(point, u, lr.square())
      },
      readout: averaged,
    })
  },
)

export const scheduleFreeAdamw = built(
  'scheduleFreeAdamw',
  [{ lr: 'hyper', b1: 'number', b2: 'hyper', eps: 'hyper', weightDecay: 'hyper' }],
  ({
    lr = 0.0025,
    b1 = 0.9,
    b2 = 0.999,
    eps = 1e-8,
    weightDecay = 0,
  }: ScheduleFree & { b2?: Hyper; eps?: Hyper } = {}) => {
    check('scheduleFreeAdamw', shrinking, { b1 })
    return rule({
      name: 'scheduleFreeAdamw',
      hyper: { lr, b1, b2, eps, weightDecay },
      range: { lr: nonNegative, b2: fraction, eps: nonNegative, weightDecay: nonNegative },
      slots: { z: 'theta', W: perTree(0), v: 0 },
      step: ({ g, t, lr, b2, eps, weightDecay, v, ...point }) => {
        const next = ema(b2, v, g.square())
        const rate = lr.mul(complement(b2.pow(t)).sqrt())
        const u = g.div(next.sqrt().add(eps)).add(point.theta.mul(weightDecay)).mul(rate).neg()
        return { v: next, ...interpolated(point, u, rate.square()) }
      },
      readout: averaged,
    })
  },
)
