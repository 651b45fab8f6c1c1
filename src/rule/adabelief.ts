import { built } from '../built.js'
import { fraction, nonNegative } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import type { Tensors } from '../tree.js'
import type { Adam } from './adam.js'
import { formula } from './formula.js'
import { named } from './fuse.js'
import { descent } from './lr.js'
import { debias, ema } from './moment.js'

/**
 * AdaBelief: the step is long where the gradient is as expected. Zhuang et al. 2020, Algorithm 2,
 * https://arxiv.org/abs/2010.07468
 *
 *     m ← b1 · m + (1 − b1) · g
 *     s ← b2 · s + (1 − b2) · (g − m)² + eps
 *     Δθ = −lr · m̂ / (√ŝ + eps)          m̂ = m / (1 − b1ᵗ), ŝ = s / (1 − b2ᵗ)
 *
 * Where we differ: nowhere from the paper; eps 1e-16 is that of the authors' code. Optax has one eps for each of the
 * two places.
 */
export const adabelief = built(
  'adabelief',
  [{ lr: 'hyper', b1: 'hyper', b2: 'hyper', eps: 'hyper' }],
  ({ lr = 0.001, ...moments }: Adam & { lr?: Hyper } = {}) =>
    named<{ m: Tensors; s: Tensors }>('adabelief', algorithm2(moments), descent(lr)),
)

const algorithm2 = ({ b1 = 0.9, b2 = 0.999, eps = 1e-16 }: Adam) =>
  formula({
    name: 'adabelief',
    hyper: { b1, b2, eps },
    range: { b1: fraction, b2: fraction, eps: nonNegative },
    slots: { m: 0, s: 0 },
    step: ({ g, t, b1, b2, eps, ...slot }) => {
      const m = ema(b1, slot.m, g)
      const s = ema(b2, slot.s, g.sub(m).square()).add(eps)
      return { m, s, delta: debias(b1, m, t).div(debias(b2, s, t).sqrt().add(eps)) }
    },
  })
