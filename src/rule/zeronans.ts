import { built } from '../built.js'
import { rule } from './rule.js'

/**
 * Puts 0 in the place of NaN; infinities stay. It hides what has gone wrong in those elements: it is for gradients of which NaN is
 * a known edge, as that of √x at 0.
 *
 *     zeroNans:  g ← g where g = g, else 0          NaN alone is not equal to itself
 */
export const zeroNans = built('zeroNans', [], () =>
  rule({ name: 'zeroNans', step: ({ g }) => ({ delta: g.eq(g).select(g, 0) }) }),
)
