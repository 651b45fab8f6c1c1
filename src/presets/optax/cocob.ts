import { built } from '../../built.js'
import { chain } from '../../optimizer/chain.js'
import type { Optimizer } from '../../optimizer/optimizer.js'
import { cocobBet } from '../../rule/cocob.js'
import { rule } from '../../rule/rule.js'
import { check } from '../../schedule/check.js'
import { positive } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import { addDecayedWeights } from './decayedweights.js'
import type { Mask } from './mask.js'
import { scaleByLearningRate } from './scale.js'

interface Cocob {
  readonly alpha?: Hyper
  /** Where L starts. */
  readonly eps?: number
}

/**
 * `optax.contrib.scale_by_cocob` of 0.2.9: COCOB, with the largest gradient eps at least; a step of descent as it is.
 * https://optax.readthedocs.io/en/latest/api/contrib.html#optax.contrib.cocob
 */
export const scaleByCocob = built(
  'optax.scaleByCocob',
  [{ alpha: 'hyper', eps: 'number' }],
  ({ alpha = 100, eps = 1e-8 }: Cocob = {}) => {
    check('optax.scaleByCocob', positive, { eps })
    return rule({
      name: 'scaleByCocob',
      hyper: { alpha },
      slots: { x0: 'theta', L: eps, G: 0, R: 0, S: 0 },
      step: (symbols) => {
        const { slots, bet } = cocobBet(symbols)
        return { ...slots, delta: slots.x0.add(bet).sub(symbols.theta) }
      },
    })
  },
)

/**
 * `optax.contrib.cocob` of 0.2.9: the rate is a factor of the gradient.
 * https://optax.readthedocs.io/en/latest/api/contrib.html#optax.contrib.cocob
 */
export const cocob = built(
  'optax.cocob',
  [{ learningRate: 'hyper', alpha: 'hyper', eps: 'number', weightDecay: 'hyper', mask: 'tree' }],
  (options: Cocob & { learningRate?: Hyper; weightDecay?: Hyper; mask?: Mask | null } = {}): Optimizer => {
    const { learningRate = 1, weightDecay = 0, mask, ...cocob } = options
    return chain(
      addDecayedWeights({ weightDecay, mask }),
      scaleByLearningRate({ learningRate, flipSign: false }),
      scaleByCocob(cocob),
    )
  },
)
