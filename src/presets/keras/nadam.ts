import { built } from '../../built.js'
import { type Expr, literal } from '../../expr/expr.js'
import { formula, perTree } from '../../rule/formula.js'
import { complement, debias, ema } from '../../rule/moment.js'
import type { Tensors } from '../../tree.js'
import { type Betas, betaKinds, betaRange } from './adam.js'
import { kerasKinds, kerasOptimizer } from './optimizer.js'

/**
 * Keras 3.15.1's `Nadam`, https://keras.io/api/optimizers/Nadam/: Dozat's, with momentum that grows,
 *
 *     μ(t) = beta1 · (1 − 0.96ᵗ / 2)
 *     product ← product · μ(t)                          1 at first
 *     m̂ = μ(t + 1) · m / (1 − product · μ(t + 1)) + (1 − μ(t)) · g / (1 − product)
 *     Δθ = −learningRate · m̂ / (√v̂ + epsilon)
 */
export const nadam = built('keras.nadam', [{ ...kerasKinds, ...betaKinds }], (options: Betas = {}) => {
  const { learningRate: lr = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7 } = options
  const step = formula({
    name: 'nadam',
    hyper: { lr, beta1, beta2, epsilon },
    range: betaRange,
    slots: { m: 0, v: 0, product: perTree(1) },
    step: ({ g, t, lr, beta1, beta2, epsilon, ...slot }) => {
      const m = ema(beta1, slot.m, g)
      const v = ema(beta2, slot.v, g.square())
      const [mu, muNext] = [growing(beta1, t), growing(beta1, t.add(1))]
      const product = slot.product.mul(mu)
      const ahead = m.mul(muNext.div(complement(product.mul(muNext))))
      const mHat = ahead.add(g.mul(complement(mu).div(complement(product))))
      return {
        m,
        v,
        product,
        delta: mHat
          .mul(lr)
          .div(debias(beta2, v, t).sqrt().add(epsilon))
          .neg(),
      }
    },
  })
  return kerasOptimizer<{ m: Tensors; v: Tensors; product: Tensors }>('keras.nadam', step, options)
})

const growing = (beta1: Expr, t: Expr): Expr => beta1.mul(complement(literal(0.96).pow(t).div(2)))
