import { built } from '../built.js'
import type { Optimizer } from '../optimizer/optimizer.js'
import { finite, fraction, nonNegative } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import type { Tensors } from '../tree.js'
import type { Adam } from './adam.js'
import { perTree } from './formula.js'
import { complement, debias, ema } from './moment.js'
import { inner, type Momo, zero } from './momo.js'
import { rule } from './rule.js'

/**
 * MoMo-Adam: Adam with a step as long as the losses so far let it be. Schaipp et al. 2023, Algorithm 2,
 * https://arxiv.org/abs/2305.07583
 *
 *     m ← b1 · m + (1 − b1) · g          v ← b2 · v + (1 − b2) · g²
 *     f̄ ← b1 · f̄ + (1 − b1) · f          f the loss at θ
 *     γ ← b1 · γ + (1 − b1) · ⟨g, θ⟩
 *     d = √(v / (1 − b2ᵗ)) + eps         c = 1 − b1ᵗ
 *     h = (1 + lr · weightDecay) · (f̄ − c · lowerBound − γ) + ⟨m, θ⟩
 *     τ = min(lr / c, max(0, h) / ⟨m, m / d⟩)
 *     Δθ = −(τ · m / d + lr · weightDecay · θ) / (1 + lr · weightDecay)
 *
 * Needs the loss of every update. `lr` is the longest step there may be, `lowerBound` a number that no loss is below.
 *
 * Where we differ: as in `momo`.
 */
export const momoAdam = built(
  'momoAdam',
  [{ lr: 'hyper', b1: 'hyper', b2: 'hyper', eps: 'hyper', lowerBound: 'hyper', weightDecay: 'hyper' }],
  ({ lr = 0.01, b1 = 0.9, b2 = 0.999, eps = 1e-8, lowerBound = 0, weightDecay = 0 }: MomoAdam = {}): Optimizer<State> =>
    rule({
      name: 'momoAdam',
      hyper: { lr, b1, b2, eps, lowerBound, weightDecay },
      range: {
        lr: nonNegative,
        b1: fraction,
        b2: fraction,
        eps: nonNegative,
        lowerBound: finite,
        weightDecay: nonNegative,
      },
      slots: { m: 0, v: 0, lossBar: perTree(0), gamma: perTree(0) },
      step: ({ g, theta, t, loss, lr, b1, b2, eps, lowerBound, weightDecay, ...slot }) => {
        const m = ema(b1, slot.m, g)
        const v = ema(b2, slot.v, g.square())
        const lossBar = ema(b1, slot.lossBar, loss)
        const gamma = ema(b1, slot.gamma, inner(g, theta))
        const direction = m.div(debias(b2, v, t).sqrt().add(eps))
        const c = complement(b1.pow(t))
        const decay = lr.mul(weightDecay)
        const h = decay
          .add(1)
          .mul(lossBar.sub(c.mul(lowerBound)).sub(gamma))
          .add(inner(m, theta))
        const tau = lr.div(c).min(zero(h, inner(m, direction)))
        return { m, v, lossBar, gamma, delta: direction.mul(tau).add(theta.mul(decay)).div(decay.add(1)).neg() }
      },
    }),
)

export interface MomoAdam extends Adam, Omit<Momo, 'beta'> {
  readonly lr?: Hyper
}

type State = { m: Tensors; v: Tensors; lossBar: Tensors; gamma: Tensors }
