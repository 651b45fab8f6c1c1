import { built } from '../built.js'
import { fraction, nonNegative } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import type { Adam, Moments } from './adam.js'
import { formula } from './formula.js'
import { named } from './fuse.js'
import { descent } from './lr.js'
import { ema } from './moment.js'

/**
 * ADOPT: Adam that converges with any b2. Taniguchi et al. 2024, Algorithm 2, https://arxiv.org/abs/2411.02853
 *
 *     t = 1:  v ← g²,  Δθ = 0
 *     t > 1:  n = g / max(√v, eps)          by the v of before: it knows nothing of this g
 *             m ← b1 · m + (1 − b1) · max(−limit, min(limit, n))
 *             v ← b2 · v + (1 − b2) · g²
 *             Δθ = −lr · m
 *
 * `limit` is (t − 1)^¼ as in the paper, whose count begins at the first step that moves.
 *
 * Where we differ: nowhere from the paper.
 */
export const adopt = built(
  'adopt',
  [{ lr: 'hyper', b1: 'hyper', b2: 'hyper', eps: 'hyper', limit: 'hyper' }],
  ({ lr = 0.001, b1 = 0.9, b2 = 0.9999, eps = 1e-6, limit = (t) => (t - 1) ** 0.25 }: Adopt = {}) =>
    named<Moments>(
      'adopt',
      formula({
        name: 'adopt',
        hyper: { b1, b2, eps, limit },
        range: { b1: fraction, b2: fraction, eps: nonNegative, limit: nonNegative },
        slots: { m: 0, v: 0 },
        step: ({ g, t, b1, b2, eps, limit, ...slot }) => {
          const moves = t.gt(1)
          const n = g.div(slot.v.sqrt().max(eps)).min(limit).max(limit.neg())
          const m = moves.select(ema(b1, slot.m, n), 0)
          return { m, v: moves.select(ema(b2, slot.v, g.square()), g.square()), delta: m }
        },
      }),
      descent(lr),
    ),
)

export interface Adopt extends Adam {
  readonly lr?: Hyper
  /** How large an element of the normalized gradient may be. */
  readonly limit?: Hyper
}
