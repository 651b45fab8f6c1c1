import { built } from '../../built.js'
import { rule } from '../../rule/rule.js'
import type { Hyper } from '../../schedule/schedule.js'
import { type Mask, maskOf } from './mask.js'

interface Decayed {
  readonly weightDecay?: Hyper
  /** The leaves that decay; all, where it is null. */
  readonly mask?: Mask | null
}

/**
 * `optax.add_decayed_weights` of 0.2.9: g + weightDecay · θ on the leaves of the mask, g on the others.
 * https://optax.readthedocs.io/en/latest/api/transformations.html#optax.transforms.add_decayed_weights
 */
export const addDecayedWeights = built(
  'optax.addDecayedWeights',
  [{ weightDecay: 'hyper', mask: 'tree' }],
  ({ weightDecay = 0, mask = null }: Decayed = {}) => {
    const decays = maskOf('optax.addDecayedWeights', mask)
    return rule({
      name: 'addDecayedWeights',
      hyper: { weightDecay },
      leaf: { decayed: (path) => (decays(path) ? 1 : 0) },
      step: ({ g, theta, weightDecay, decayed }) => ({ delta: decayed.select(g.add(theta.mul(weightDecay)), g) }),
    })
  },
)
