import { built } from '../../built.js'
import { adagradDirection } from '../../rule/adagrad.js'
import { descent } from '../../rule/lr.js'
import { check } from '../../schedule/check.js'
import { nonNegative } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import { fused, type KerasOptimizer, kerasKinds, kerasOptimizer } from './optimizer.js'

/** Keras 3.15.1's `Adagrad`, https://keras.io/api/optimizers/adagrad/: ours, whose G starts at `initialAccumulatorValue`. */
export const adagrad = built(
  'keras.adagrad',
  [{ ...kerasKinds, initialAccumulatorValue: 'number', epsilon: 'hyper' }],
  (options: Adagrad = {}) => {
    const { learningRate = 0.001, initialAccumulatorValue = 0.1, epsilon: eps = 1e-7 } = options
    check('keras.adagrad', nonNegative, { initialAccumulatorValue })
    const direction = adagradDirection({ eps, start: initialAccumulatorValue })
    return kerasOptimizer('keras.adagrad', fused('adagrad', direction, descent(learningRate)), options)
  },
)

interface Adagrad extends KerasOptimizer {
  readonly initialAccumulatorValue?: number
  readonly epsilon?: Hyper
}
