import { built } from '../built.js'
import { fraction, nonNegative } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import { norm } from './moment.js'
import { rule } from './rule.js'
import { ratioOf } from './trustratio.js'

/**
 * LARS: layer-wise adaptive rate scaling. You, Gitman & Ginsburg 2017, Algorithm 1, https://arxiv.org/abs/1708.03888
 *
 *     λ = trust · ‖θ‖ / (‖g‖ + weightDecay · ‖θ‖)          one number a tensor
 *     m ← beta · m + lr · λ · (g + weightDecay · θ)
 *     Δθ = −m
 *
 * Where we differ: a tensor that is 0 has λ = 1 and not 0, or it would never move. Optax has ‖g + weightDecay · θ‖ under the
 * bar, which is at most this denominator.
 */
export interface Lars {
  readonly lr: Hyper
  readonly beta?: Hyper
  readonly trust?: Hyper
  readonly weightDecay?: Hyper
}

export const lars = built(
  'lars',
  [{ lr: 'hyper!', beta: 'hyper', trust: 'hyper', weightDecay: 'hyper' }],
  ({ lr, beta = 0.9, trust = 0.001, weightDecay = 0.0005 }: Lars) =>
    rule({
      name: 'lars',
      hyper: { lr, beta, trust, weightDecay },
      range: { lr: nonNegative, beta: fraction, trust: nonNegative, weightDecay: nonNegative },
      slots: { m: 0 },
      step: ({ g, theta, m, lr, beta, trust, weightDecay }) => {
        const a = norm('tensor', theta)
        const b = norm('tensor', g).add(a.mul(weightDecay))
        const lambda = ratioOf(a, b, trust.mul(a).div(b))
        const next = m.mul(beta).add(g.add(theta.mul(weightDecay)).mul(lambda.mul(lr)))
        return { m: next, delta: next.neg() }
      },
    }),
)
