import { built } from '../../built.js'
import { type Adadelta, adadeltaDirection } from '../../rule/adadelta.js'
import { named } from '../../rule/fuse.js'
import { descent } from '../../rule/lr.js'
import { fromRule } from '../../rule/rule.js'
import type { Hyper } from '../../schedule/schedule.js'
import { decayed } from './decayed.js'
import type { Mask } from './mask.js'

/**
 * Optax 0.2.9's Adadelta, https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.adadelta: ours, of g + weightDecay · θ on the
 * leaves of the mask. Without a learning rate, null, it neither scales nor changes the sign: it ascends.
 */
const kinds = { rho: 'hyper', eps: 'hyper' } as const

/** `optax.scale_by_adadelta`. */
export const scaleByAdadelta = built('optax.scaleByAdadelta', [kinds], ({ rho = 0.9, eps = 1e-6 }: Adadelta = {}) =>
  fromRule(adadeltaDirection({ rho, eps })),
)

/** `optax.adadelta`. */
export const adadelta = built(
  'optax.adadelta',
  [{ learningRate: 'hyper', ...kinds, weightDecay: 'hyper', weightDecayMask: 'tree' }],
  (options: Whole = {}) => {
    const { learningRate = null, rho = 0.9, eps = 1e-6, weightDecay = 0, weightDecayMask = null } = options
    const name = 'optax.adadelta'
    const decay = decayed(name, weightDecay, weightDecayMask)
    return named(
      name,
      decay,
      adadeltaDirection({ rho, eps }),
      ...(learningRate === null ? [] : [descent(learningRate)]),
    )
  },
)

interface Whole extends Adadelta {
  readonly learningRate?: Hyper | null
  readonly weightDecay?: Hyper
  /** The leaves that decay; all, where it is null. */
  readonly weightDecayMask?: Mask | null
}
