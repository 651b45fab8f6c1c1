import { built } from '../built.js'
import { nonNegative } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import { norm } from './moment.js'
import { rule } from './rule.js'
import { ratioOf } from './trustratio.js'

/**
 * Fromage: the Frobenius matched gradient descent. Bernstein, Vahdat, Yue & Liu 2020, Algorithm 1,
 * https://arxiv.org/abs/2002.03432
 *
 *     θ ← (θ − lr · ‖θ‖ / ‖g‖ · g) / √(1 + lr²)          tensor by tensor
 *
 * A relative step of lr; a step at right angles to θ leaves ‖θ‖ as it is, whence the root.
 *
 * Where we differ: as in the authors' code the ratio is 1 where one of the norms is 0. Optax has norms of 1e-6 at least.
 */
export const fromage = built('fromage', [{ lr: 'hyper' }], ({ lr = 0.01 }: { lr?: Hyper } = {}) =>
  rule({
    name: 'fromage',
    hyper: { lr },
    range: { lr: nonNegative },
    step: ({ g, theta, lr }) => {
      const ratio = ratioOf(norm('tensor', theta), norm('tensor', g))
      const shrunk = lr.square().add(1).pow(-0.5)
      return { delta: theta.mul(shrunk.sub(1)).sub(g.mul(ratio.mul(lr).mul(shrunk))) }
    },
  }),
)
