import { built } from '../../built.js'
import { chain } from '../../optimizer/chain.js'
import type { Optimizer } from '../../optimizer/optimizer.js'
import { norm } from '../../rule/moment.js'
import { rule } from '../../rule/rule.js'
import { ratioOf } from '../../rule/trustratio.js'
import type { Hyper } from '../../schedule/schedule.js'
import { trace } from './accumulation.js'
import { addDecayedWeights } from './decayedweights.js'
import { type Mask, maskOf } from './mask.js'
import { scaleByLearningRate } from './scale.js'

interface Lars {
  readonly learningRate: Hyper
  readonly weightDecay?: Hyper
  readonly weightDecayMask?: Mask | null
  readonly trustCoefficient?: Hyper
  readonly eps?: Hyper
  /** The leaves whose step is in proportion to them. */
  readonly trustRatioMask?: Mask
  readonly momentum?: Hyper
  readonly nesterov?: boolean
}

/**
 * `optax.lars` of 0.2.9: the ratio of ‖θ‖ to ‖g + weightDecay · θ‖, and the rate before the momentum.
 * https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.lars
 */
export const lars = built(
  'optax.lars',
  [
    {
      learningRate: 'hyper!',
      weightDecay: 'hyper',
      weightDecayMask: 'tree',
      trustCoefficient: 'hyper',
      eps: 'hyper',
      trustRatioMask: 'tree',
      momentum: 'hyper',
      nesterov: 'flag',
    },
  ],
  (options: Lars): Optimizer => {
    const { learningRate, weightDecay = 0, weightDecayMask = true, momentum = 0.9, nesterov = false } = options
    return chain(
      addDecayedWeights({ weightDecay, mask: weightDecayMask }),
      trusted(options),
      scaleByLearningRate({ learningRate }),
      trace({ decay: momentum, nesterov }),
    )
  },
)

const trusted = ({ trustCoefficient = 0.001, eps = 0, trustRatioMask = true }: Lars) => {
  const trusts = maskOf('optax.lars', trustRatioMask)
  return rule({
    name: 'optax.lars',
    hyper: { trustCoefficient, eps },
    leaf: { trusted: (path) => (trusts(path) ? 1 : 0) },
    step: ({ g, theta, trustCoefficient, eps, trusted }) => {
      const [a, b] = [norm('tensor', theta), norm('tensor', g)]
      const ratio = ratioOf(a, b, trustCoefficient.mul(a).div(b.add(eps)))
      return { delta: g.mul(trusted.select(ratio, 1)) }
    },
  })
}
