import { built } from '../built.js'
import { check } from '../schedule/check.js'
import { fraction, nonNegative } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import type { Adam, Moments } from './adam.js'
import { formula } from './formula.js'
import { named } from './fuse.js'
import { descent } from './lr.js'
import { complement, ema } from './moment.js'

/**
 * Yogi: v moves towards g² by steps that do not depend on v, so that it forgets slowly. Zaheer et al. 2018, Algorithm
 * 2, https://papers.nips.cc/paper/8186-adaptive-methods-for-nonconvex-optimization
 *
 *     m ← b1 · m + (1 − b1) · g
 *     v ← v − (1 − b2) · sign(v − g²) · g²          v starts at v0
 *     Δθ = −lr · m / (√v + eps)
 *
 * Where we differ: nowhere from the paper, whose v0 is the mean g² of a large batch. Optax starts m at 1e-6 too and
 * corrects the biases of both, so that it moves where there is no gradient.
 */
export const yogi = built(
  'yogi',
  [{ lr: 'hyper', b1: 'hyper', b2: 'hyper', eps: 'hyper', v0: 'number' }],
  ({ lr = 0.01, ...moments }: Yogi & { lr?: Hyper } = {}) => named<Moments>('yogi', algorithm2(moments), descent(lr)),
)

export interface Yogi extends Adam {
  readonly v0?: number
}

const algorithm2 = ({ b1 = 0.9, b2 = 0.999, eps = 0.001, v0 = 1e-6 }: Yogi) => {
  check('yogi', nonNegative, { v0 })
  return formula({
    name: 'yogi',
    hyper: { b1, b2, eps },
    range: { b1: fraction, b2: fraction, eps: nonNegative },
    slots: { m: 0, v: v0 },
    step: ({ g, b1, b2, eps, ...slot }) => {
      const m = ema(b1, slot.m, g)
      const square = g.square()
      const v = slot.v.sub(slot.v.sub(square).sign().mul(square).mul(complement(b2)))
      return { m, v, delta: m.div(v.sqrt().add(eps)) }
    },
  })
}
