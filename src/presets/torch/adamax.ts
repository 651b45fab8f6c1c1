import { built } from '../../built.js'
import { algorithm2, type Moments } from '../../rule/adamax.js'
import { named } from '../../rule/fuse.js'
import { descent } from '../../rule/lr.js'
import type { Betas } from './adam.js'
import { type Regularized, regularized } from './gradient.js'

/**
 * PyTorch 2.13's `Adamax`, https://docs.pytorch.org/docs/stable/generated/torch.optim.Adamax.html: ours, with
 * weightDecay · θ added to the gradient.
 */
export const adamax = built(
  'torch.adamax',
  [{ lr: 'hyper', betas: 'numbers', eps: 'hyper', weightDecay: 'hyper', maximize: 'flag' }],
  ({ lr = 0.002, betas: [b1, b2] = [0.9, 0.999], eps = 1e-8, ...options }: Betas & Regularized = {}) =>
    named<Moments>('torch.adamax', ...regularized('torch.adamax', algorithm2({ b1, b2, eps }), options), descent(lr)),
)
