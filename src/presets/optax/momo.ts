import { built } from '../../built.js'
import { type Expr, literal } from '../../expr/expr.js'
import type { Optimizer } from '../../optimizer/optimizer.js'
import { perTree } from '../../rule/formula.js'
import { complement, debias, ema } from '../../rule/moment.js'
import { inner } from '../../rule/momo.js'
import { rule } from '../../rule/rule.js'
import { check } from '../../schedule/check.js'
import { finite, fraction, nonNegative } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import type { Tensors } from '../../tree.js'
import { flag } from '../option.js'

/**
 * Optax 0.2.9's MoMo and MoMo-Adam, https://optax.readthedocs.io/en/latest/api/contrib.html#optax.contrib.momo: ours,
 * but that the decay alone is divided by 1 + λ, λ = learningRate · weightDecay, that there is no step where the squared
 * norm is at most 2⁻⁵², and that with `adaptLowerBound` the bound is estimated too:
 *
 *     h(b) = (1 + λ)(f̄ − c · b − γ) + ⟨m, θ⟩          c = 1 in MoMo, 1 − b1ᵗ in MoMo-Adam; d = 1, or √v̂ + eps
 *     b ← max(lowerBound, h(0) / (2c(1 + λ)))          where h(b) < 0
 *     τ = min(learningRate / c, max(0, h(b)) / ⟨m, m / d⟩)
 *     Δθ = −τ · m / d − λ / (1 + λ) · θ
 *     b ← max(lowerBound, (f̄ + ⟨m, θ⟩ − γ − τ⟨m, m / d⟩ / 2) / c)
 */
interface Bounded {
  readonly learningRate?: Hyper
  /** A number that no loss is below. */
  readonly lowerBound?: number
  readonly weightDecay?: Hyper
  readonly adaptLowerBound?: boolean
}

interface Model {
  /** f̄ − γ, ⟨m, θ⟩ and ⟨m, m / d⟩. */
  readonly gap: Expr
  readonly along: Expr
  readonly square: Expr
  readonly c: Expr
  readonly bound: Expr
  readonly learningRate: Expr
  readonly lambda: Expr
}

/** The step, and the next bound. */
const polyak = (m: Model, lowerBound: number, adapt: boolean): { tau: Expr; bound: Expr } => {
  const grown = m.lambda.add(1)
  const cap = grown.mul(m.gap).add(m.along)
  const low = grown.mul(m.c)
  const reset = cap.lt(low.mul(m.bound)).select(cap.div(low.mul(2)).max(lowerBound), m.bound)
  const bound = adapt ? reset : m.bound
  const height = grown.mul(m.gap.sub(m.c.mul(bound))).add(m.along)
  const far = m.square.le(2 ** -52).select(0, height.max(0).div(m.square))
  const tau = m.learningRate.div(m.c).min(far)
  const next = m.gap.add(m.along).sub(tau.mul(m.square).div(2)).div(m.c).max(lowerBound)
  return { tau, bound: adapt ? next : m.bound }
}

type State = { m: Tensors; lossBar: Tensors; gamma: Tensors; bound: Tensors }

/** `optax.contrib.momo`. Needs the loss of every update. */
export const momo = built(
  'optax.momo',
  [{ learningRate: 'hyper', beta: 'hyper', lowerBound: 'number', weightDecay: 'hyper', adaptLowerBound: 'flag' }],
  (options: Bounded & { readonly beta?: Hyper } = {}): Optimizer<State> => {
    const { learningRate = 1, beta = 0.9, lowerBound = 0, weightDecay = 0, adaptLowerBound = false } = options
    flag('optax.momo', { adaptLowerBound })
    check('optax.momo', finite, { lowerBound })
    return rule({
      name: 'optax.momo',
      hyper: { learningRate, beta, weightDecay },
      range: { learningRate: nonNegative, beta: fraction, weightDecay: nonNegative },
      slots: { m: 0, lossBar: perTree(0), gamma: perTree(0), bound: perTree(lowerBound) },
      step: ({ g, theta, t, loss, learningRate, beta, weightDecay, ...slot }) => {
        const b = t.gt(1).select(beta, 0)
        const m = ema(b, slot.m, g)
        const lossBar = ema(b, slot.lossBar, loss)
        const gamma = ema(b, slot.gamma, inner(g, theta))
        const lambda = learningRate.mul(weightDecay)
        const now = { gap: lossBar.sub(gamma), along: inner(m, theta), square: inner(m, m), c: literal(1) }
        const { tau, bound } = polyak({ ...now, bound: slot.bound, learningRate, lambda }, lowerBound, adaptLowerBound)
        const delta = m
          .mul(tau)
          .add(theta.mul(lambda.div(lambda.add(1))))
          .neg()
        return { m, lossBar, gamma, bound, delta }
      },
    })
  },
)

interface MomoAdam extends Bounded {
  readonly b1?: Hyper
  readonly b2?: Hyper
  readonly eps?: Hyper
}

/** `optax.contrib.momo_adam`. Needs the loss of every update. */
export const momoAdam = built(
  'optax.momoAdam',
  [
    {
      learningRate: 'hyper',
      b1: 'hyper',
      b2: 'hyper',
      eps: 'hyper',
      lowerBound: 'number',
      weightDecay: 'hyper',
      adaptLowerBound: 'flag',
    },
  ],
  (options: MomoAdam = {}): Optimizer<State & { v: Tensors }> => {
    const { learningRate = 0.01, b1 = 0.9, b2 = 0.999, eps = 1e-8 } = options
    const { lowerBound = 0, weightDecay = 0, adaptLowerBound = false } = options
    flag('optax.momoAdam', { adaptLowerBound })
    check('optax.momoAdam', finite, { lowerBound })
    return rule({
      name: 'optax.momoAdam',
      hyper: { learningRate, b1, b2, eps, weightDecay },
      range: { learningRate: nonNegative, b1: fraction, b2: fraction, eps: nonNegative, weightDecay: nonNegative },
      slots: { m: 0, v: 0, lossBar: perTree(0), gamma: perTree(0), bound: perTree(lowerBound) },
      step: ({ g, theta, t, loss, learningRate, b1, b2, eps, weightDecay, ...slot }) => {
        const m = ema(b1, slot.m, g)
        const v = ema(b2, slot.v, g.square())
        const lossBar = ema(b1, slot.lossBar, loss)
        const gamma = ema(b1, slot.gamma, inner(g, theta))
        const direction = m.div(debias(b2, v, t).sqrt().add(eps))
        const lambda = learningRate.mul(weightDecay)
        const now = { gap: lossBar.sub(gamma), along: inner(m, theta), square: inner(m, direction) }
        const c = complement(b1.pow(t))
        const model = { ...now, c, bound: slot.bound, learningRate, lambda }
        const { tau, bound } = polyak(model, lowerBound, adaptLowerBound)
        const delta = direction
          .mul(tau)
          .add(theta.mul(lambda.div(lambda.add(1))))
          .neg()
        return { m, v, lossBar, gamma, bound, delta }
      },
    })
  },
)
