import { built } from '../../built.js'
import { norm } from '../../rule/moment.js'
import { rule } from '../../rule/rule.js'
import type { Hyper } from '../../schedule/schedule.js'

/**
 * `optax.contrib.normalize` of 0.2.9: g / ‖g‖, over the whole tree; NaN where ‖g‖ is 0, unlike ours.
 * https://optax.readthedocs.io/en/latest/api/contrib.html#optax.contrib.normalize
 */
export const normalize = built('optax.normalize', [], () =>
  rule({ name: 'normalize', step: ({ g }) => ({ delta: g.div(norm('tree', g)) }) }),
)

interface UpdateNorm {
  readonly scaleFactor?: Hyper
  readonly eps?: Hyper
}

/**
 * `optax.normalize_by_update_norm` of 0.2.9: g / ((‖g‖ + eps) / scaleFactor), over the whole tree.
 * https://optax.readthedocs.io/en/latest/api/transformations.html#optax.normalize_by_update_norm
 */
export const normalizeByUpdateNorm = built(
  'optax.normalizeByUpdateNorm',
  [{ scaleFactor: 'hyper', eps: 'hyper' }],
  ({ scaleFactor = 1, eps = 1e-6 }: UpdateNorm = {}) =>
    rule({
      name: 'normalizeByUpdateNorm',
      hyper: { scaleFactor, eps },
      step: ({ g, scaleFactor, eps }) => ({ delta: g.div(norm('tree', g).add(eps).div(scaleFactor)) }),
    }),
)
