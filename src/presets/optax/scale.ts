import { built } from '../../built.js'
import { chain } from '../../optimizer/chain.js'
import type { Optimizer } from '../../optimizer/optimizer.js'
import { rule } from '../../rule/rule.js'
import { scale as scaled } from '../../rule/scale.js'
import type { Hyper, Schedule } from '../../schedule/schedule.js'
import { flag } from '../option.js'

/** Optax 0.2.9's scalings, https://optax.readthedocs.io/en/latest/api/transformations.html */

/** `optax.scale`: stepSize · g. It is our `scale`. */
export const scale = built('optax.scale', [{ stepSize: 'hyper!' }], ({ stepSize }: { stepSize: Hyper }) =>
  scaled(stepSize),
)

/** `optax.scale_by_schedule`: stepSizeFn · g, with the sign that the schedule has. */
export const scaleBySchedule = built(
  'optax.scaleBySchedule',
  [{ stepSizeFn: 'schedule!' }],
  ({ stepSizeFn }: { stepSizeFn: Schedule }) => scaled(stepSizeFn),
)

/**
 * `optax.scale_by_learning_rate`: −learningRate · g, or learningRate · g where `flipSign` is false. Where `learningRate` is null it
 * is the identity: neither scaled nor of the other sign, so that a descent ascends.
 */
export const scaleByLearningRate = built(
  'optax.scaleByLearningRate',
  [{ learningRate: 'hyper', flipSign: 'flag' }],
  (options: { learningRate?: Hyper | null; flipSign?: boolean } = {}): Optimizer => {
    const { learningRate = null, flipSign = true } = options
    flag('optax.scaleByLearningRate', { flipSign })
    if (learningRate === null) return chain()
    return rule({
      name: 'scaleByLearningRate',
      hyper: { learningRate },
      step: ({ g, learningRate }) => ({ delta: flipSign ? g.mul(learningRate).neg() : g.mul(learningRate) }),
    })
  },
)
