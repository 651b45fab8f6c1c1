import { built } from '../built.js'
import { literal } from '../expr/expr.js'
import { positive } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import { norm, rms } from './moment.js'
import { rule } from './rule.js'

/**
 * Clipping, element by element:
 *
 *     g ← max(−limit, min(limit, g))          |g| ≤ limit after it; the identity below
 */
export const clip = built('clip', ['hyper!'], (limit: Hyper) =>
  rule({
    name: 'clip',
    hyper: { limit },
    range: { limit: positive },
    step: ({ g, limit }) => ({ delta: g.min(limit).max(limit.neg()) }),
  }),
)

/**
 * Clipping by the norm of the whole tree. Pascanu, Mikolov & Bengio 2013, https://arxiv.org/abs/1211.5063
 *
 *     g ← g · min(1, limit / ‖g‖)          keeps the direction; the identity where ‖g‖ ≤ limit
 *
 * Where we differ: PyTorch divides by ‖g‖ + 1e-6, and so clips a little more.
 */
export const clipByGlobalNorm = built('clipByGlobalNorm', ['hyper!'], (limit: Hyper) =>
  rule({
    name: 'clipByGlobalNorm',
    hyper: { limit },
    range: { limit: positive },
    step: ({ g, limit }) => ({ delta: g.mul(literal(1).min(limit.div(norm('tree', g)))) }),
  }),
)

/**
 * Clipping by the root mean square of each tensor: of tensors of all sizes, by the size of their elements.
 * Shazeer & Stern 2018, section 6, https://arxiv.org/abs/1804.04235
 *
 *     g ← g / max(1, rms(g) / limit)          the identity where rms(g) ≤ limit
 */
export const clipByBlockRms = built('clipByBlockRms', ['hyper!'], (limit: Hyper) =>
  rule({
    name: 'clipByBlockRms',
    hyper: { limit },
    range: { limit: positive },
    step: ({ g, limit }) => ({ delta: g.div(literal(1).max(rms(g).div(limit))) }),
  }),
)
