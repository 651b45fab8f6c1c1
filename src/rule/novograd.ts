import { built } from '../built.js'
import { sumOver } from '../expr/expr.js'
import { fraction, nonNegative } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import type { Adam } from './adam.js'
import { perTensor } from './formula.js'
import { ema } from './moment.js'
import { rule } from './rule.js'

/**
 * NovoGrad. Ginsburg et al. 2019, Algorithm 1, https://arxiv.org/abs/1905.11286
 *
 *     v ← b2 · v + (1 − b2) · ‖g‖²          one number a tensor; at the first update it is ‖g‖²
 *     m ← b1 · m + g / (√v + eps) + weightDecay · θ
 *     Δθ = −lr · m
 *
 * A second moment a tensor, not an element: half of Adam's memory. m sums, it does not average.
 *
 * Where we differ: at the first update the paper has no eps. Optax has b1 0.9, b2 0.25 and eps 1e-6.
 */
export interface NovoGrad extends Adam {
  readonly lr?: Hyper
  readonly weightDecay?: Hyper
}

export const novograd = built(
  'novograd',
  [{ lr: 'hyper', b1: 'hyper', b2: 'hyper', eps: 'hyper', weightDecay: 'hyper' }],
  ({ lr = 0.01, b1 = 0.95, b2 = 0.98, eps = 1e-8, weightDecay = 0 }: NovoGrad = {}) =>
    rule({
      name: 'novograd',
      hyper: { lr, b1, b2, eps, weightDecay },
      range: { lr: nonNegative, b1: fraction, b2: fraction, eps: nonNegative, weightDecay: nonNegative },
      slots: { m: 0, v: perTensor(0) },
      step: ({ g, theta, t, lr, b1, b2, eps, weightDecay, ...slot }) => {
        const square = sumOver('tensor', g.square())
        const v = t.eq(1).select(square, ema(b2, slot.v, square))
        const m = slot.m
          .mul(b1)
          .add(g.div(v.sqrt().add(eps)))
          .add(theta.mul(weightDecay))
        return { m, v, delta: m.mul(lr).neg() }
      },
    }),
)
