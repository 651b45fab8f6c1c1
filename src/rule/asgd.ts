import { built } from '../built.js'
import { literal } from '../expr/expr.js'
import { nonNegative } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import { rule } from './rule.js'

/**
 * Averaged SGD: the average of the path is better than its end.
 * Polyak & Juditsky 1992, https://doi.org/10.1137/0330046; the rates: Bottou 2012, section 5, https://leon.bottou.org/papers/bottou-tricks-2012
 *
 *     η = lr · (1 + lambda · lr · (t − 1))^(−alpha)
 *     θ ← θ − η · (g + lambda · θ)
 *     a ← a + (θ − a) / max(1, t − t0)          the mean of the θ after t0; θ itself until then
 *
 * What is evaluated is a: the readout.
 *
 * Where we differ: it averages from the first update on; PyTorch's t0 is 1e6, and its average begins one update later.
 */
export const asgd = built(
  'asgd',
  [{ lr: 'hyper', lambda: 'hyper', alpha: 'hyper', t0: 'hyper' }],
  ({ lr = 0.01, lambda = 1e-4, alpha = 0.75, t0 = 0 }: Asgd = {}) =>
    rule({
      name: 'asgd',
      hyper: { lr, lambda, alpha, t0 },
      range: { lr: nonNegative, lambda: nonNegative, alpha: nonNegative, t0: nonNegative },
      slots: { a: 'theta' },
      step: ({ g, theta, t, a, lr, lambda, alpha, t0 }) => {
        const rate = lr.div(lambda.mul(lr).mul(t.sub(1)).add(1).pow(alpha))
        const delta = theta.mul(lambda).add(g).mul(rate).neg()
        const averaged = literal(1).max(t.sub(t0))
        return { a: a.add(theta.add(delta).sub(a).div(averaged)), delta }
      },
      readout: ({ a }) => a,
    }),
)

export interface Asgd {
  readonly lr?: Hyper
  /** Of the penalty lambda/2 · ‖θ‖², by which the rate falls too. */
  readonly lambda?: Hyper
  readonly alpha?: Hyper
  /** So many updates are not averaged. */
  readonly t0?: Hyper
}
