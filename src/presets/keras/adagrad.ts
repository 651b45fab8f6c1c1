import { built } from '../../built.js'
import { formula } from '../../rule/formula.js'
import { check } from '../../schedule/check.js'
import { nonNegative } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import { type KerasOptimizer, kerasKinds, kerasOptimizer } from './optimizer.js'

/**
 * Keras 3.15.1's `Adagrad`, https://keras.io/api/optimizers/adagrad/: ours, of which G starts at `initialAccumulatorValue`.
 *
 *     G ← G + g²
 *     Δθ = −learningRate · g / √(G + epsilon)
 */
export const adagrad = built(
  'keras.adagrad',
  [{ ...kerasKinds, initialAccumulatorValue: 'number', epsilon: 'hyper' }],
  (options: Adagrad = {}) => {
    const { learningRate: lr = 0.001, initialAccumulatorValue = 0.1, epsilon = 1e-7 } = options
    check('keras.adagrad', nonNegative, { initialAccumulatorValue })
    const step = formula({
      name: 'adagrad',
      hyper: { lr, epsilon },
      range: { epsilon: nonNegative },
      slots: { G: initialAccumulatorValue },
      step: ({ g, G, lr, epsilon }) => {
        const next = G.add(g.square())
        return { G: next, delta: g.mul(lr).div(next.add(epsilon).sqrt()).neg() }
      },
    })
    return kerasOptimizer('keras.adagrad', step, options)
  },
)

interface Adagrad extends KerasOptimizer {
  readonly initialAccumulatorValue?: number
  readonly epsilon?: Hyper
}
