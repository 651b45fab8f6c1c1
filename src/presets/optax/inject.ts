import { built } from '../../built.js'
import type { Optimizer } from '../../optimizer/optimizer.js'

/**
 * Optax 0.2.9's `inject_hyperparams`: `injectHyperparams({ innerFactory: optax.adam, options: { learningRate, b1 } })`. Every
 * hyperparameter here may be a schedule and is told by `hyperAt`, so there is nothing left to inject: it is the optimizer.
 * https://optax.readthedocs.io/en/latest/api/optimizer_schedules.html#optax.schedules.inject_hyperparams
 */
export const injectHyperparams = built(
  'optax.injectHyperparams',
  [{ innerFactory: 'function!', options: 'any' }],
  <O>({ innerFactory, options }: { innerFactory: (options: O) => Optimizer; options: O }): Optimizer =>
    innerFactory(options),
)
