import { built } from '../../built.js'
import { named } from '../../rule/fuse.js'
import { descent } from '../../rule/lr.js'
import { optimistic } from '../../rule/optimisticgradientdescent.js'
import type { Hyper } from '../../schedule/schedule.js'
import type { Tensors } from '../../tree.js'
import { adamKinds, direction, type Rated, type ScaleByAdam } from './adam.js'

/**
 * Optax 0.2.9's optimistic Adam, https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.optimistic_adam_v2:
 * with u the direction of its `adam`, which looks ahead if nothing else is said,
 *
 *     Δθ = −learningRate · ((alpha + beta) · u − beta · before)
 *     before ← u                                                  u itself at t = 1
 */
type State = { m: Tensors; v: Tensors; before: Tensors }

/**
 * `optax.optimistic_adam`, the older one: alpha is the learning rate and beta the optimism, which is the learning rate
 * too where it is null.
 */
export const optimisticAdam = built(
  'optax.optimisticAdam',
  [{ learningRate: 'hyper!', optimism: 'hyper', ...adamKinds }],
  ({ learningRate, optimism: beta, nesterov = true, ...options }: OptimisticAdam) => {
    const name = 'optax.optimisticAdam'
    const twice = optimistic({ alpha: learningRate, beta: beta ?? learningRate })
    return named<State>(name, direction(name, { ...options, nesterov }), twice, descent(1))
  },
)

interface OptimisticAdam extends ScaleByAdam, Rated {
  readonly optimism?: Hyper | null
}

/** `optax.optimistic_adam_v2`. */
export const optimisticAdamV2 = built(
  'optax.optimisticAdamV2',
  [{ learningRate: 'hyper!', alpha: 'hyper', beta: 'hyper', ...adamKinds }],
  ({ learningRate, alpha = 1, beta = 1, nesterov = true, ...options }: OptimisticAdamV2) => {
    const name = 'optax.optimisticAdamV2'
    const adam = direction(name, { ...options, nesterov })
    return named<State>(name, adam, optimistic({ alpha, beta }), descent(learningRate))
  },
)

interface OptimisticAdamV2 extends ScaleByAdam, Rated {
  readonly alpha?: Hyper
  readonly beta?: Hyper
}
