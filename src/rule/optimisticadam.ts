import { built } from '../built.js'
import type { Hyper } from '../schedule/schedule.js'
import type { Tensors } from '../tree.js'
import { type Adam, algorithm1 as directionOfAdam } from './adam.js'
import { formula } from './formula.js'
import { named } from './fuse.js'
import { descent } from './lr.js'

/**
 * Optimistic Adam, for games: the last step is taken back and this one made twice. Daskalakis et al. 2018, Algorithm 1,
 * https://arxiv.org/abs/1711.00141
 *
 *     u = m̂ / (√v̂ + eps)          as in Adam
 *     Δθ = −lr · (2 · u − before)
 *     before ← u                  0 at first
 *
 * Where we differ: nowhere from the paper, but that both terms have this update's lr. Optax makes its first step once,
 * not twice, and its Adam looks ahead (NAdam) if nothing else is said.
 */
export const optimisticAdam = built(
  'optimisticAdam',
  [{ lr: 'hyper', b1: 'hyper', b2: 'hyper', eps: 'hyper' }],
  ({ lr = 0.001, ...moments }: Adam & { lr?: Hyper } = {}) =>
    named<{ m: Tensors; v: Tensors; before: Tensors }>(
      'optimisticAdam',
      directionOfAdam(moments),
      optimism,
      descent(lr),
    ),
)

const optimism = formula({
  name: 'optimism',
  slots: { before: 0 },
  step: ({ g: u, before }) => ({ before: u, delta: u.mul(2).sub(before) }),
})
