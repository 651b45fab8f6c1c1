import { built } from '../../built.js'
import { named } from '../../rule/fuse.js'
import { descent } from '../../rule/lr.js'
import { type Optimism, optimistic } from '../../rule/optimisticgradientdescent.js'
import { fromRule } from '../../rule/rule.js'
import type { Rated } from './adam.js'

/** Optax 0.2.9's optimism, https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.optimistic_gradient_descent: ours. */
const kinds = { alpha: 'hyper', beta: 'hyper' } as const

/** `optax.scale_by_optimistic_gradient`. */
export const scaleByOptimisticGradient = built('optax.scaleByOptimisticGradient', [kinds], (options: Optimism = {}) =>
  fromRule(optimistic(options)),
)

/** `optax.optimistic_gradient_descent`. */
export const optimisticGradientDescent = built(
  'optax.optimisticGradientDescent',
  [{ learningRate: 'hyper!', ...kinds }],
  ({ learningRate, ...options }: Optimism & Rated) =>
    named('optax.optimisticGradientDescent', optimistic(options), descent(learningRate)),
)
