import type { Hyper } from '../schedule/schedule.ts'
import { nonNegative } from './range.ts'
import { rule } from './rule.ts'

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
