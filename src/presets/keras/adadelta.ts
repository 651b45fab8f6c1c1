import { built } from '../../built.js'
import { adadeltaDirection } from '../../rule/adadelta.js'
import { descent } from '../../rule/lr.js'
import type { Hyper } from '../../schedule/schedule.js'
import { fused, type KerasOptimizer, kerasKinds, kerasOptimizer } from './optimizer.js'

/** Keras 3.15.1's `Adadelta`, https://keras.io/api/optimizers/adadelta/: ours. */
export const adadelta = built(
  'keras.adadelta',
  [{ ...kerasKinds, rho: 'hyper', epsilon: 'hyper' }],
  (options: Adadelta = {}) => {
    const { learningRate = 0.001, rho = 0.95, epsilon: eps = 1e-7 } = options
    const step = fused('adadelta', adadeltaDirection({ rho, eps }), descent(learningRate))
    return kerasOptimizer('keras.adadelta', step, options)
  },
)

interface Adadelta extends KerasOptimizer {
  readonly rho?: Hyper
  readonly epsilon?: Hyper
}
