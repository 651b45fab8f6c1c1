import type { Hyper } from '../schedule/schedule.js'
import { nonNegative } from './range.js'
import { rule } from './rule.js'

/**
 * Makes a transformed gradient a step of descent:
 *
 *     Δθ = −lr · g
 */
export const scaleByLr = (lr: Hyper) =>
  rule({
    name: 'scaleByLr',
    hyper: { lr },
    range: { lr: nonNegative },
    step: ({ g, lr }) => ({ delta: g.mul(lr).neg() }),
  })
