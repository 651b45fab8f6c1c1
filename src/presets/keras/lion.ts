import { built } from '../../built.js'
import { lionDirection } from '../../rule/lion.js'
import { descent } from '../../rule/lr.js'
import type { Hyper } from '../../schedule/schedule.js'
import { fused, type KerasOptimizer, kerasKinds, kerasOptimizer } from './optimizer.js'

/** Keras 3.15.1's `Lion`, https://keras.io/api/optimizers/lion/: ours. */
export const lion = built('keras.lion', [{ ...kerasKinds, beta1: 'hyper', beta2: 'hyper' }], (options: Lion = {}) => {
  const { learningRate = 0.001, beta1: b1 = 0.9, beta2: b2 = 0.99 } = options
  const step = fused('lion', lionDirection({ b1, b2 }), descent(learningRate))
  return kerasOptimizer('keras.lion', step, options)
})

interface Lion extends KerasOptimizer {
  readonly beta1?: Hyper
  readonly beta2?: Hyper
}
