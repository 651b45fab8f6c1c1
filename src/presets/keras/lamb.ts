import { built } from '../../built.js'
import type { Moments } from '../../rule/adam.js'
import { formula } from '../../rule/formula.js'
import { debias, ema, norm } from '../../rule/moment.js'
import { ratioOf } from '../../rule/trustratio.js'
import { type Betas, betaKinds, betaRange } from './adam.js'
import { kerasKinds, kerasOptimizer } from './optimizer.js'

/**
 * Keras 3.15.1's `Lamb`, https://keras.io/api/optimizers/lamb/. The decay is outside of the ratio, and before it: θ is what has
 * decayed.
 *
 *     u = m̂ / (√v̂ + epsilon)
 *     Δθ = −learningRate · ‖θ‖ / ‖u‖ · u          tensor by tensor; the ratio is 1 where a norm is 0
 */
export const lamb = built('keras.lamb', [{ ...kerasKinds, ...betaKinds }], (options: Betas = {}) => {
  const { learningRate: lr = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7 } = options
  const step = formula({
    name: 'lamb',
    hyper: { lr, beta1, beta2, epsilon },
    range: betaRange,
    slots: { m: 0, v: 0 },
    step: ({ g, theta, t, lr, beta1, beta2, epsilon, ...slot }) => {
      const m = ema(beta1, slot.m, g)
      const v = ema(beta2, slot.v, g.square())
      const u = debias(beta1, m, t).div(debias(beta2, v, t).sqrt().add(epsilon))
      const ratio = ratioOf(norm('tensor', theta), norm('tensor', u))
      return { m, v, delta: u.mul(ratio.mul(lr)).neg() }
    },
  })
  return kerasOptimizer<Moments>('keras.lamb', step, options)
})
