import { built } from '../../built.js'
import { formula, type Rule } from '../../rule/formula.js'
import { named } from '../../rule/fuse.js'
import { descent } from '../../rule/lr.js'
import { ema } from '../../rule/moment.js'
import { nonNegative } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import { momentumBuffer } from '../momentumbuffer.js'
import { flag } from '../option.js'
import { type Regularized, regularized } from './gradient.js'

/**
 * PyTorch 2.13's `RMSprop`, https://docs.pytorch.org/docs/stable/generated/torch.optim.RMSprop.html, of the gradient
 * + weightDecay · θ:
 *
 *     v ← alpha · v + (1 − alpha) · g²
 *     a ← alpha · a + (1 − alpha) · g                      where `centered`
 *     u = g / (√v + eps)                                   or g / (√(v − a²) + eps)
 *     m ← momentum · m + u,  Δθ = −lr · m                  without momentum −lr · u
 */
export const rmsprop = built(
  'torch.rmsprop',
  [
    {
      lr: 'hyper',
      alpha: 'hyper',
      eps: 'hyper',
      weightDecay: 'hyper',
      momentum: 'hyper',
      centered: 'flag',
      maximize: 'flag',
    },
  ],
  ({ lr = 0.01, alpha = 0.99, eps = 1e-8, momentum = 0, centered = false, ...options }: Rmsprop = {}) => {
    const name = 'torch.rmsprop'
    flag(name, { centered })
    const direction = centered ? byDeviation({ alpha, eps }) : byRoot({ alpha, eps })
    const buffer = momentum === 0 ? [] : [momentumBuffer(momentum)]
    return named(name, ...regularized(name, direction, options), ...buffer, descent(lr))
  },
)

type Averages = Readonly<Record<'alpha' | 'eps', Hyper>>

const byRoot = (hyper: Averages): Rule =>
  formula({
    name: 'rmsprop',
    hyper,
    range: { alpha: nonNegative, eps: nonNegative },
    slots: { v: 0 },
    step: ({ g, v, alpha, eps }) => {
      const next = ema(alpha, v, g.square())
      return { v: next, delta: g.div(next.sqrt().add(eps)) }
    },
  })

const byDeviation = (hyper: Averages): Rule =>
  formula({
    name: 'rmsprop',
    hyper,
    range: { alpha: nonNegative, eps: nonNegative },
    slots: { v: 0, a: 0 },
    step: ({ g, alpha, eps, ...slot }) => {
      const v = ema(alpha, slot.v, g.square())
      const a = ema(alpha, slot.a, g)
      return { v, a, delta: g.div(v.sub(a.square()).sqrt().add(eps)) }
    },
  })

interface Rmsprop extends Regularized {
  readonly lr?: Hyper
  readonly alpha?: Hyper
  readonly eps?: Hyper
  readonly momentum?: Hyper
  readonly centered?: boolean
}
