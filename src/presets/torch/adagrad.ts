import { built } from '../../built.js'
import { formula } from '../../rule/formula.js'
import { named } from '../../rule/fuse.js'
import { check } from '../../schedule/check.js'
import { nonNegative } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import { type Regularized, regularized } from './gradient.js'

/**
 * PyTorch 2.13's `Adagrad`, https://docs.pytorch.org/docs/stable/generated/torch.optim.Adagrad.html, of the gradient
 * + weightDecay · θ:
 *
 *     G ← G + g²          from initialAccumulatorValue
 *     Δθ = −lr / (1 + (t − 1) · lrDecay) · g / (√G + eps)
 */
export const adagrad = built(
  'torch.adagrad',
  [
    {
      lr: 'hyper',
      lrDecay: 'hyper',
      weightDecay: 'hyper',
      initialAccumulatorValue: 'number',
      eps: 'hyper',
      maximize: 'flag',
    },
  ],
  ({ lr = 0.01, lrDecay = 0, initialAccumulatorValue = 0, eps = 1e-10, ...options }: Adagrad = {}) => {
    const name = 'torch.adagrad'
    check(name, nonNegative, { initialAccumulatorValue })
    const step = formula({
      name,
      hyper: { lr, lrDecay, eps },
      range: { lr: nonNegative, lrDecay: nonNegative, eps: nonNegative },
      slots: { G: initialAccumulatorValue },
      step: ({ g, t, G, lr, lrDecay, eps }) => {
        const next = G.add(g.square())
        const rate = lr.div(lrDecay.mul(t.sub(1)).add(1))
        return { G: next, delta: g.div(next.sqrt().add(eps)).mul(rate).neg() }
      },
    })
    return named(name, ...regularized(name, step, options))
  },
)

interface Adagrad extends Regularized {
  readonly lr?: Hyper
  readonly lrDecay?: Hyper
  readonly initialAccumulatorValue?: number
  readonly eps?: Hyper
}
