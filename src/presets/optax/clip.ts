import { built } from '../../built.js'
import { literal } from '../../expr/expr.js'
import { norm, rms } from '../../rule/moment.js'
import { rule } from '../../rule/rule.js'
import type { Hyper } from '../../schedule/schedule.js'

/**
 * Optax 0.2.9's clipping, https://optax.readthedocs.io/en/latest/api/transformations.html. Unlike ours, a limit may be 0, after which
 * nothing is left; and below.
 */

/** `optax.clip`: min(maxDelta, max(−maxDelta, g)). */
export const clip = built('optax.clip', [{ maxDelta: 'hyper!' }], ({ maxDelta }: { maxDelta: Hyper }) =>
  rule({
    name: 'clip',
    hyper: { maxDelta },
    step: ({ g, maxDelta }) => ({ delta: g.max(maxDelta.neg()).min(maxDelta) }),
  }),
)

/** `optax.clip_by_block_rms`: g / max(1, rms(g) / threshold), tensor by tensor. */
export const clipByBlockRms = built(
  'optax.clipByBlockRms',
  [{ threshold: 'hyper!' }],
  ({ threshold }: { threshold: Hyper }) =>
    rule({
      name: 'clipByBlockRms',
      hyper: { threshold },
      step: ({ g, threshold }) => ({ delta: g.div(literal(1).max(rms(g).div(threshold))) }),
    }),
)

/** `optax.clip_by_global_norm`: g / ‖g‖ · maxNorm, over the whole tree; g itself where ‖g‖ < maxNorm. */
export const clipByGlobalNorm = built(
  'optax.clipByGlobalNorm',
  [{ maxNorm: 'hyper!' }],
  ({ maxNorm }: { maxNorm: Hyper }) =>
    rule({
      name: 'clipByGlobalNorm',
      hyper: { maxNorm },
      step: ({ g, maxNorm }) => {
        const size = norm('tree', g)
        return { delta: size.lt(maxNorm).select(g, g.div(size).mul(maxNorm)) }
      },
    }),
)
