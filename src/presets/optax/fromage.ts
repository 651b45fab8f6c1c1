import { built } from '../../built.js'
import { norm } from '../../rule/moment.js'
import { rule } from '../../rule/rule.js'
import { ratioOf } from '../../rule/trustratio.js'
import type { Hyper } from '../../schedule/schedule.js'

/**
 * `optax.fromage` of 0.2.9: norms are minNorm at least.
 * https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.fromage
 */
export const fromage = built(
  'optax.fromage',
  [{ learningRate: 'hyper!', minNorm: 'hyper' }],
  ({ learningRate, minNorm = 1e-6 }: { learningRate: Hyper; minNorm?: Hyper }) =>
    rule({
      name: 'optax.fromage',
      hyper: { learningRate, minNorm },
      step: ({ g, theta, learningRate, minNorm }) => {
        const sizes = [norm('tensor', theta).max(minNorm), norm('tensor', g).max(minNorm)] as const
        const shrunk = learningRate.square().add(1).pow(-0.5)
        const step = g.mul(ratioOf(...sizes)).mul(learningRate.mul(shrunk))
        return { delta: theta.mul(shrunk.sub(1)).sub(step) }
      },
    }),
)
