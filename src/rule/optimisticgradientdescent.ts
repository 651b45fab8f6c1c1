import { built } from '../built.js'
import type { Hyper } from '../schedule/schedule.js'
import type { Tensors } from '../tree.js'
import { formula } from './formula.js'
import { named } from './fuse.js'
import { descent } from './lr.js'

/**
 * Optimistic gradient descent: the next gradient, guessed from the last two, for games.
 * Popov 1980; Mokhtari, Ozdaglar & Pattathil 2020, https://arxiv.org/abs/1901.08511
 *
 *     Δθ = −lr · ((alpha + beta) · g − beta · before)          before is g at t = 1
 *     before ← g
 *
 * Where we differ: nowhere from Optax.
 */
export const optimisticGradientDescent = built(
  'optimisticGradientDescent',
  [{ lr: 'hyper!', alpha: 'hyper', beta: 'hyper' }],
  ({ lr, ...weights }: Optimism & { lr: Hyper }) =>
    named<{ before: Tensors }>('optimisticGradientDescent', optimistic(weights), descent(lr)),
)

export const optimistic = ({ alpha = 1, beta = 1 }: Optimism) =>
  formula({
    name: 'scaleByOptimisticGradient',
    hyper: { alpha, beta },
    slots: { before: 0 },
    step: ({ g, t, alpha, beta, before }) => ({
      before: g,
      delta: g.mul(alpha.add(beta)).sub(t.gt(1).select(before, g).mul(beta)),
    }),
  })

export interface Optimism {
  readonly alpha?: Hyper
  readonly beta?: Hyper
}
