import { built } from '../../built.js'
import { type Adadelta, adadeltaDirection } from '../../rule/adadelta.js'
import { named } from '../../rule/fuse.js'
import { descent } from '../../rule/lr.js'
import type { Hyper } from '../../schedule/schedule.js'
import { type Regularized, regularized } from './gradient.js'

/**
 * PyTorch 2.13's `Adadelta`, https://docs.pytorch.org/docs/stable/generated/torch.optim.Adadelta.html: ours, of the gradient
 * + weightDecay · θ.
 */
export const adadelta = built(
  'torch.adadelta',
  [{ lr: 'hyper', rho: 'hyper', eps: 'hyper', weightDecay: 'hyper', maximize: 'flag' }],
  ({ lr = 1, rho = 0.9, eps = 1e-6, ...options }: Adadelta & Regularized & { lr?: Hyper } = {}) =>
    named('torch.adadelta', ...regularized('torch.adadelta', adadeltaDirection({ rho, eps }), options), descent(lr)),
)
