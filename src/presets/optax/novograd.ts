import { built } from '../../built.js'
import { sumOver } from '../../expr/expr.js'
import { chain } from '../../optimizer/chain.js'
import type { Optimizer } from '../../optimizer/optimizer.js'
import { perTensor } from '../../rule/formula.js'
import { ema } from '../../rule/moment.js'
import { rule } from '../../rule/rule.js'
import { fraction, nonNegative } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import { type Betas, betaKinds, type Rated } from './adam.js'
import { scaleByLearningRate } from './scale.js'

interface Novograd extends Betas {
  readonly weightDecay?: Hyper
}

const kinds = { ...betaKinds, weightDecay: 'hyper' } as const

/**
 * `optax.scale_by_novograd` of 0.2.9; at the first update too eps is added to the root.
 * https://optax.readthedocs.io/en/latest/api/transformations.html#optax.scale_by_novograd
 *
 *     ν ← b2 · ν + (1 − b2) · ‖g‖²          one number a tensor; at the first update it is ‖g‖²
 *     μ ← b1 · μ + g / (√(ν + epsRoot) + eps) + weightDecay · θ
 */
export const scaleByNovograd = built(
  'optax.scaleByNovograd',
  [kinds],
  ({ b1 = 0.9, b2 = 0.25, eps = 1e-8, epsRoot = 0, weightDecay = 0 }: Novograd = {}) =>
    rule({
      name: 'scaleByNovograd',
      hyper: { b1, b2, eps, epsRoot, weightDecay },
      range: { b1: fraction, b2: fraction, eps: nonNegative, epsRoot: nonNegative },
      slots: { mu: 0, nu: perTensor(0) },
      step: ({ g, theta, t, b1, b2, eps, epsRoot, weightDecay, ...slot }) => {
        const square = sumOver('tensor', g.square())
        const nu = t.eq(1).select(square, ema(b2, slot.nu, square))
        const scaled = g.div(nu.add(epsRoot).sqrt().add(eps))
        const mu = slot.mu.mul(b1).add(scaled.add(theta.mul(weightDecay)))
        return { mu, nu, delta: mu }
      },
    }),
)

/** `optax.novograd`. https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.novograd */
export const novograd = built(
  'optax.novograd',
  [{ learningRate: 'hyper!', ...kinds }],
  ({ learningRate, eps = 1e-6, ...moments }: Novograd & Rated): Optimizer =>
    chain(scaleByNovograd({ eps, ...moments }), scaleByLearningRate({ learningRate })),
)
