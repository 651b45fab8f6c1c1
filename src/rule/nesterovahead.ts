import { built } from '../built.js'
import { fraction, nonNegative } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import { rule } from './rule.js'

/**
 * Nesterov's accelerated gradient as it is told: look where the momentum leads, and take the gradient there.
 * Nesterov 1983; Sutskever et al. 2013, equations 3 and 4, https://proceedings.mlr.press/v28/sutskever13.html
 *
 *     m ← beta · m + lr · ∇L(θ − beta · m)          g is the gradient at θ − beta · m
 *     Δθ = −m
 *
 * Where we differ: Sutskever's m is our −m. `nesterov` takes its gradient at θ: while lr is constant, its θ is our θ − beta · m.
 * Needs a loop that asks where to take the gradient, as `train` and `simulate` with a function do.
 */
export const nesterovAhead = built(
  'nesterovAhead',
  [{ lr: 'hyper!', beta: 'hyper' }],
  ({ lr, beta = 0.9 }: { lr: Hyper; beta?: Hyper }) =>
    rule({
      name: 'nesterovAhead',
      hyper: { lr, beta },
      range: { lr: nonNegative, beta: fraction },
      slots: { m: 0 },
      step: ({ g, m, lr, beta }) => {
        const next = m.mul(beta).add(g.mul(lr))
        return { m: next, delta: next.neg() }
      },
      probe: ({ theta, m, beta }) => theta.sub(m.mul(beta)),
    }),
)
