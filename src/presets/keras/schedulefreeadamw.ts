import { built } from '../../built.js'
import type { Moments } from '../../rule/adam.js'
import { formula } from '../../rule/formula.js'
import { complement, debias, ema } from '../../rule/moment.js'
import { check } from '../../schedule/check.js'
import { shrinking, wholeFrom } from '../../schedule/range.js'
import type { Tensors } from '../../tree.js'
import { type Betas, betaKinds, betaRange } from './adam.js'
import { kerasKinds, kerasOptimizer } from './optimizer.js'

interface ScheduleFreeAdamW extends Betas {
  /** Updates in which the rate rises from learningRate / warmupSteps. */
  readonly warmupSteps?: number
}

/**
 * Keras 3.15.1's `ScheduleFreeAdamW`, https://keras.io/api/optimizers/. The mean x has equal weights, whatever the rate was, and
 * it is the θ of the training, y, that is evaluated:
 *
 *     x = (θ − (1 − beta1) · z) / beta1
 *     z ← z − learningRate · min(1, t / warmupSteps) · g / (√v̂ + epsilon)
 *     x ← (1 − 1/t) · x + z / t
 *     θ ← (1 − beta1) · z + beta1 · x
 */
export const schedulefreeadamw = built(
  'keras.schedulefreeadamw',
  [{ ...kerasKinds, ...betaKinds, warmupSteps: 'number' }],
  (options: ScheduleFreeAdamW = {}) => {
    const { learningRate: lr = 0.0025, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, warmupSteps = 0 } = options
    check('keras.schedulefreeadamw', wholeFrom(0), { warmupSteps })
    const step = formula({
      name: 'scheduleFreeAdamW',
      hyper: { lr, beta1, beta2, epsilon },
      range: { ...betaRange, beta1: shrinking },
      slots: { z: 'theta', v: 0 },
      step: ({ g, theta, t, lr, beta1, beta2, epsilon, z, ...slot }) => {
        const v = ema(beta2, slot.v, g.square())
        const rate = warmupSteps === 0 ? lr : lr.mul(t.div(warmupSteps).min(1))
        const u = g
          .mul(rate)
          .div(debias(beta2, v, t).sqrt().add(epsilon))
          .neg()
        const next = z.add(u)
        const rest = complement(beta1)
        const towards = next.mul(beta1).add(z.mul(rest)).sub(theta)
        return { z: next, v, delta: u.mul(rest).add(towards.div(t)) }
      },
    })
    return kerasOptimizer<Pick<Moments, 'v'> & { z: Tensors }>('keras.schedulefreeadamw', step, options)
  },
)
