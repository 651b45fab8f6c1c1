import { built } from '../built.js'
import { type Expr, select } from '../expr/expr.js'
import { nonNegative } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import { norm } from './moment.js'
import { rule } from './rule.js'

/**
 * Sharpness-aware minimization: the gradient is taken where the loss is worst nearby, and stands in the chain as it is.
 * Foret et al. 2021, Algorithm 1, https://arxiv.org/abs/2010.01412
 *
 *     at θ + rho · g / ‖g‖          g the gradient at θ; at θ itself where it is 0
 *
 *     chain(sam(), momentum({ lr: 0.1 }))
 *
 * Two gradients an update. Where we differ: Optax's `sam` is a wrapper that takes the two in two calls.
 */
export const sam = built('sam', [{ rho: 'hyper' }], ({ rho = 0.05 }: { rho?: Hyper } = {}) =>
  rule({
    name: 'sam',
    hyper: { rho },
    range: { rho: nonNegative },
    step: ({ g }) => ({ delta: g }),
    probe: ({ theta, g, rho }) => theta.add(g.mul(overNorm(rho, g))),
  }),
)

/**
 * Adaptive SAM: the neighbourhood is measured in units of each weight, and so does not depend on their scale.
 * Kwon et al. 2021, Algorithm 1, https://arxiv.org/abs/2102.11600
 *
 *     at θ + rho · T² g / ‖T g‖          T = |θ| + eta
 */
export const adaptiveSam = built(
  'adaptiveSam',
  [{ rho: 'hyper', eta: 'hyper' }],
  ({ rho = 0.5, eta = 0.01 }: { rho?: Hyper; eta?: Hyper } = {}) =>
    rule({
      name: 'adaptiveSam',
      hyper: { rho, eta },
      range: { rho: nonNegative, eta: nonNegative },
      step: ({ g }) => ({ delta: g }),
      probe: ({ theta, g, rho, eta }) => {
        const T = theta.abs().add(eta)
        const scaled = T.mul(g)
        return theta.add(T.mul(scaled).mul(overNorm(rho, scaled)))
      },
    }),
)

/** rho / ‖x‖ over the tree; 0 where x is 0. */
const overNorm = (rho: Expr, x: Expr): Expr => {
  const size = norm('tree', x)
  return select(size.gt(0), rho.div(size), 0)
}
