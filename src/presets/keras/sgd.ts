import { built } from '../../built.js'
import { formula } from '../../rule/formula.js'
import { unit } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import { flag } from '../option.js'
import { type KerasOptimizer, kerasKinds, kerasOptimizer } from './optimizer.js'

/**
 * Keras 3.15.1's `SGD`, https://keras.io/api/optimizers/sgd/: the learning rate is inside the buffer.
 *
 *     m ← momentum · m − learningRate · g
 *     Δθ = m          with `nesterov` momentum · m − learningRate · g
 */
export const sgd = built('keras.sgd', [{ ...kerasKinds, momentum: 'hyper', nesterov: 'flag' }], (options: Sgd = {}) => {
  const { learningRate: lr = 0.01, momentum = 0, nesterov = false } = options
  flag('keras.sgd', { nesterov })
  const step =
    momentum === 0
      ? formula({ name: 'sgd', hyper: { lr }, step: ({ g, lr }) => ({ delta: g.mul(lr).neg() }) })
      : formula({
          name: 'sgd',
          hyper: { lr, momentum },
          range: { momentum: unit },
          slots: { m: 0 },
          step: ({ g, m, lr, momentum }) => {
            const next = m.mul(momentum).sub(g.mul(lr))
            return { m: next, delta: nesterov ? next.mul(momentum).sub(g.mul(lr)) : next }
          },
        })
  return kerasOptimizer('keras.sgd', step, options)
})

interface Sgd extends KerasOptimizer {
  readonly momentum?: Hyper
  readonly nesterov?: boolean
}
