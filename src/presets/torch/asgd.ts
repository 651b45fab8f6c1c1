import { built } from '../../built.js'
import { formula, perTree } from '../../rule/formula.js'
import { named } from '../../rule/fuse.js'
import { complement } from '../../rule/moment.js'
import { nonNegative } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import { type Regularized, regularized } from './gradient.js'

/**
 * PyTorch 2.13's `ASGD`, https://docs.pytorch.org/docs/stable/generated/torch.optim.ASGD.html, of the gradient + weightDecay · θ:
 *
 *     θ ← (1 − lambd · eta) · θ − eta · g
 *     ax ← ax + (θ − ax) · mu          mu = 1 / max(1, t − 1 − t0)
 *     eta ← lr / (1 + lambd · lr · t)^alpha          lr at t = 1
 *
 * eta is made with the lr of the update before. The readout is ax, which PyTorch keeps in the state and does nothing with.
 */
export const asgd = built(
  'torch.asgd',
  [{ lr: 'hyper', lambd: 'hyper', alpha: 'hyper', t0: 'hyper', weightDecay: 'hyper', maximize: 'flag' }],
  ({ lr = 0.01, lambd = 1e-4, alpha = 0.75, t0 = 1e6, ...options }: Asgd = {}) => {
    const name = 'torch.asgd'
    const step = formula({
      name,
      hyper: { lr, lambd, alpha, t0 },
      range: { lr: nonNegative },
      slots: { eta: perTree(0), ax: 'theta' },
      step: ({ g, theta, t, eta, ax, lr, lambd, alpha, t0 }) => {
        const rate = t.gt(1).select(eta, lr)
        const moved = theta.mul(complement(lambd.mul(rate))).sub(g.mul(rate))
        const later = t.sub(1).sub(t0)
        return {
          eta: lr.div(lambd.mul(lr).mul(t).add(1).pow(alpha)),
          ax: later.gt(1).select(ax.add(moved.sub(ax).div(later)), moved),
          delta: moved.sub(theta),
        }
      },
      readout: ({ ax }) => ax,
    })
    return named(name, ...regularized(name, step, options))
  },
)

interface Asgd extends Regularized {
  readonly lr?: Hyper
  readonly lambd?: Hyper
  readonly alpha?: Hyper
  readonly t0?: Hyper
}
