import { built } from '../../built.js'
import { named } from '../../rule/fuse.js'
import { rpropStep } from '../../rule/rprop.js'
import { type Regularized, regularized } from './gradient.js'

/**
 * PyTorch 2.13's `Rprop`, https://docs.pytorch.org/docs/stable/generated/torch.optim.Rprop.html: ours. `lr` is every element's first
 * step size, and no more.
 */
export const rprop = built(
  'torch.rprop',
  [{ lr: 'number', etas: 'numbers', stepSizes: 'numbers', maximize: 'flag' }],
  ({ lr = 0.01, etas = [0.5, 1.2], stepSizes = [1e-6, 50], ...options }: Rprop = {}) => {
    const name = 'torch.rprop'
    const [etaMinus, etaPlus] = etas
    const [min, max] = stepSizes
    return named(name, ...regularized(name, rpropStep(name, { start: lr, etaMinus, etaPlus, min, max }), options))
  },
)

interface Rprop extends Pick<Regularized, 'maximize'> {
  readonly lr?: number
  /** The factors of a step size whose gradient's sign has changed, and has not. */
  readonly etas?: readonly [number, number]
  /** The smallest step size and the largest. */
  readonly stepSizes?: readonly [number, number]
}
