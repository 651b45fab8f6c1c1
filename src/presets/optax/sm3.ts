import { built } from '../../built.js'
import { chain } from '../../optimizer/chain.js'
import { covered } from '../../optimizer/sm3.js'
import type { Hyper } from '../../schedule/schedule.js'
import { scaleByLearningRate } from './scale.js'

interface ScaleBySM3 {
  readonly b1?: Hyper
  readonly b2?: Hyper
  readonly eps?: Hyper
}

/**
 * `optax.scale_by_sm3` of 0.2.9, https://optax.readthedocs.io/en/latest/api/transformations.html#optax.scale_by_sm3: the direction of
 * ours, with eps added to ν and, where b2 is not 1, ν ← b2 · min μ + (1 − b2) · g².
 */
export const scaleBySm3 = built(
  'optax.scaleBySm3',
  [{ b1: 'hyper', b2: 'hyper', eps: 'hyper' }],
  ({ b1 = 0.9, b2 = 1, eps = 1e-8 }: ScaleBySM3 = {}) => covered('optax.scaleBySm3', { b1, b2, eps }),
)

interface SM3 {
  readonly learningRate: Hyper
  readonly momentum?: Hyper
}

/** `optax.sm3` of 0.2.9, https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.sm3: ours, with 1e-8 added to ν. */
export const sm3 = built(
  'optax.sm3',
  [{ learningRate: 'hyper!', momentum: 'hyper' }],
  ({ learningRate, momentum = 0.9 }: SM3) =>
    chain(covered('optax.sm3', { b1: momentum, b2: 1, eps: 1e-8 }), scaleByLearningRate({ learningRate })),
)
