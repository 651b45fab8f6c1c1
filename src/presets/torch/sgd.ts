import { built } from '../../built.js'
import { mistake } from '../../failure.js'
import { formula } from '../../rule/formula.js'
import { named } from '../../rule/fuse.js'
import { descent } from '../../rule/lr.js'
import { complement } from '../../rule/moment.js'
import { nonNegative } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import { flag } from '../option.js'
import { type Regularized, regularized } from './gradient.js'

/**
 * PyTorch 2.13's `SGD`, https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html, of the gradient + weightDecay · θ:
 *
 *     m ← g at t = 1, then momentum · m + (1 − dampening) · g
 *     Δθ = −lr · m          with `nesterov` −lr · (g + momentum · m); without momentum −lr · g
 */
export const sgd = built(
  'torch.sgd',
  [{ lr: 'hyper', momentum: 'hyper', dampening: 'hyper', weightDecay: 'hyper', nesterov: 'flag', maximize: 'flag' }],
  ({ lr = 0.001, momentum = 0, dampening = 0, nesterov = false, ...options }: Sgd = {}) => {
    const name = 'torch.sgd'
    flag(name, { nesterov })
    if (nesterov && (momentum === 0 || dampening !== 0))
      throw mistake(name, 'nesterov is true', 'momentum with it, and no dampening')
    const direction = momentum === 0 ? plain : buffer({ momentum, dampening, nesterov })
    return named(name, ...regularized(name, direction, options), descent(lr))
  },
)

const plain = formula({ name: 'gradient', step: ({ g }) => ({ delta: g }) })

const buffer = ({ momentum, dampening, nesterov }: { momentum: Hyper; dampening: Hyper; nesterov: boolean }) =>
  formula({
    name: 'momentum',
    hyper: { momentum, dampening },
    range: { momentum: nonNegative },
    slots: { m: 0 },
    step: ({ g, t, m, momentum, dampening }) => {
      const next = t.gt(1).select(m.mul(momentum).add(g.mul(complement(dampening))), g)
      return { m: next, delta: nesterov ? g.add(next.mul(momentum)) : next }
    },
  })

interface Sgd extends Regularized {
  readonly lr?: Hyper
  readonly momentum?: Hyper
  /** How much less of a gradient comes into the buffer, after the first. */
  readonly dampening?: Hyper
  readonly nesterov?: boolean
}
