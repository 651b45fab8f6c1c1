import { built } from '../../built.js'
import { chain } from '../../optimizer/chain.js'
import { type Diagonal, overCurvature } from '../../optimizer/sophia.js'
import type { Hyper } from '../../schedule/schedule.js'
import { callable } from '../option.js'
import { addDecayedWeights } from './decayedweights.js'
import type { Mask } from './mask.js'
import { scaleByLearningRate } from './scale.js'

/**
 * Optax 0.2.9's `contrib.sophia`: ours, with m debiased.
 * https://optax.readthedocs.io/en/latest/api/contrib.html#optax.contrib.sophia
 *
 * Optax's own estimate of the Hessian's diagonal, Hutchinson's, needs the loss as a function, which an update does not know here:
 * the diagonal is `hessianDiagonalFn(params, count)`, with the number of updates made before, or comes as `hessian` in `update`'s
 * last argument.
 */
interface Direction {
  readonly b1?: Hyper
  readonly b2?: Hyper
  readonly eps?: Hyper
  readonly gamma?: Hyper
  /** None where it is null. */
  readonly clipThreshold?: Hyper | null
  readonly updateInterval?: number
  readonly hessianDiagonalFn?: Diagonal
}

const direction = (who: string, options: Direction) => {
  const { b1 = 0.965, b2 = 0.99, eps = 1e-8, gamma = 0.01 } = options
  const { clipThreshold = 1, updateInterval = 10, hessianDiagonalFn } = options
  if (hessianDiagonalFn !== undefined) callable(who, { hessianDiagonalFn })
  const hessian: Diagonal | undefined = hessianDiagonalFn && ((params, t) => hessianDiagonalFn(params, t - 1))
  return overCurvature(who, { b1, b2, gamma, eps, every: updateInterval, hessian, most: clipThreshold, debiased: true })
}

interface Sophia extends Direction {
  readonly learningRate: Hyper
  readonly weightDecay?: Hyper
  readonly weightDecayMask?: Mask | null
}

/** `optax.contrib.sophia`. */
export const sophia = built(
  'optax.sophia',
  [
    {
      learningRate: 'hyper!',
      weightDecay: 'hyper',
      weightDecayMask: 'tree',
      b1: 'hyper',
      b2: 'hyper',
      eps: 'hyper',
      gamma: 'hyper',
      clipThreshold: 'hyper',
      updateInterval: 'number',
      hessianDiagonalFn: 'function',
    },
  ],
  ({ learningRate, weightDecay = 1e-4, weightDecayMask = null, ...options }: Sophia) =>
    chain(
      direction('optax.sophia', options),
      addDecayedWeights({ weightDecay, mask: weightDecayMask }),
      scaleByLearningRate({ learningRate }),
    ),
)
