import { built } from '../built.js'
import { type Expr, sumOver } from '../expr/expr.js'
import type { Optimizer } from '../optimizer/optimizer.js'
import { finite, fraction, nonNegative } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import type { Tensors } from '../tree.js'
import { perTree } from './formula.js'
import { ema } from './moment.js'
import { rule } from './rule.js'

/**
 * MoMo: momentum with a step as long as the losses so far let it be. Schaipp et al. 2023, Algorithm 1,
 * https://arxiv.org/abs/2305.07583
 *
 *     m ← beta · m + (1 − beta) · g                 all three are g, f and ⟨g, θ⟩ themselves at t = 1
 *     f̄ ← beta · f̄ + (1 − beta) · f                 f the loss at θ
 *     γ ← beta · γ + (1 − beta) · ⟨g, θ⟩
 *     h = (1 + lr · weightDecay) · (f̄ − lowerBound − γ) + ⟨m, θ⟩
 *     τ = min(lr, max(0, h) / ‖m‖²)
 *     Δθ = −(τ · m + lr · weightDecay · θ) / (1 + lr · weightDecay)
 *
 * Needs the loss of every update. `lr` is the longest step there may be, `lowerBound` a number that no loss is below.
 *
 * Where we differ: nowhere from the paper, but that there is no step where m is 0. Optax divides by 1 + lr · weightDecay
 * the decay only, not τ · m.
 */
export const momo = built(
  'momo',
  [{ lr: 'hyper', beta: 'hyper', lowerBound: 'hyper', weightDecay: 'hyper' }],
  ({ lr = 1, beta = 0.9, lowerBound = 0, weightDecay = 0 }: Momo = {}): Optimizer<State> =>
    rule({
      name: 'momo',
      hyper: { lr, beta, lowerBound, weightDecay },
      range: { lr: nonNegative, beta: fraction, lowerBound: finite, weightDecay: nonNegative },
      slots: { m: 0, lossBar: perTree(0), gamma: perTree(0) },
      step: ({ g, theta, t, loss, lr, beta, lowerBound, weightDecay, ...slot }) => {
        const b = t.gt(1).select(beta, 0)
        const m = ema(b, slot.m, g)
        const lossBar = ema(b, slot.lossBar, loss)
        const gamma = ema(b, slot.gamma, inner(g, theta))
        const decay = lr.mul(weightDecay)
        const h = decay.add(1).mul(lossBar.sub(lowerBound).sub(gamma)).add(inner(m, theta))
        const tau = lr.min(zero(h, inner(m, m)))
        return { m, lossBar, gamma, delta: m.mul(tau).add(theta.mul(decay)).div(decay.add(1)).neg() }
      },
    }),
)

export interface Momo {
  readonly lr?: Hyper
  readonly beta?: Hyper
  readonly lowerBound?: Hyper
  readonly weightDecay?: Hyper
}

type State = { m: Tensors; lossBar: Tensors; gamma: Tensors }

/** ⟨x, y⟩ over the whole tree. */
export const inner = (x: Expr, y: Expr): Expr => sumOver('tree', x.mul(y))

/** How far down a line of this height and slope² it is to 0; nowhere where that is flat. */
export const zero = (height: Expr, square: Expr): Expr => square.gt(0).select(height.max(0).div(square), 0)
