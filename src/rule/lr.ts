import { built } from '../built.js'
import type { Optimizer } from '../optimizer/optimizer.js'
import { nonNegative } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import { formula } from './formula.js'
import { fromRule } from './rule.js'

/**
 * Makes a transformed gradient a step of descent:
 *
 *     Δθ = −lr · g
 */
export const scaleByLr = built('scaleByLr', ['hyper!'], (lr: Hyper) => fromRule(descent(lr)) as Optimizer<{}>)

export const descent = (lr: Hyper) =>
  formula({
    name: 'scaleByLr',
    hyper: { lr },
    range: { lr: nonNegative },
    step: ({ g, lr }) => ({ delta: g.mul(lr).neg() }),
  })
