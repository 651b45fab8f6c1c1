import { built } from '../../built.js'
import type { Moments } from '../../rule/adamax.js'
import { formula } from '../../rule/formula.js'
import { debias, ema } from '../../rule/moment.js'
import { type Betas, betaKinds, betaRange } from './adam.js'
import { kerasKinds, kerasOptimizer } from './optimizer.js'

/**
 * Keras 3.15.1's `Adamax`, https://keras.io/api/optimizers/adamax/: epsilon is no part of u.
 *
 *     u ← max(beta2 · u, |g|)
 *     Δθ = −learningRate · m̂ / (u + epsilon)
 */
export const adamax = built('keras.adamax', [{ ...kerasKinds, ...betaKinds }], (options: Betas = {}) => {
  const { learningRate: lr = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7 } = options
  const step = formula({
    name: 'adamax',
    hyper: { lr, beta1, beta2, epsilon },
    range: betaRange,
    slots: { m: 0, u: 0 },
    step: ({ g, t, lr, beta1, beta2, epsilon, ...slot }) => {
      const m = ema(beta1, slot.m, g)
      const u = slot.u.mul(beta2).max(g.abs())
      return { m, u, delta: debias(beta1, m, t).mul(lr).div(u.add(epsilon)).neg() }
    },
  })
  return kerasOptimizer<Moments>('keras.adamax', step, options)
})
