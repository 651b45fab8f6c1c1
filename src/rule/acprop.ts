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
 * ACProp: centred, as AdaBelief, and asynchronous: divided by what was known before this gradient.
 * Zhuang et al. 2021, https://arxiv.org/abs/2110.05454
 *
 *     Δθ = −lr · g / (√ŝ + eps)          ŝ = s / (1 − b2ᵗ⁻¹) by the s of before, and 1 at t = 1
 *     s ← b2 · s + (1 − b2) · (g − m)² + epsRoot          by the m of before
 *     m ← b1 · m + (1 − b1) · g
 *
 * Where we differ: nowhere from Optax. Its epsRoot is added to the s that is kept, at every step.
 */
export const acprop = built(
  'acprop',
  [{ lr: 'hyper', b1: 'hyper', b2: 'hyper', eps: 'hyper', epsRoot: 'hyper' }],
  ({ lr = 0.001, ...moments }: Acprop & { lr?: Hyper } = {}) =>
    named<{ m: Tensors; s: Tensors }>('acprop', acpropDirection(moments), descent(lr)),
)

export const acpropDirection = ({ b1 = 0.9, b2 = 0.999, eps = 1e-16, epsRoot = 1e-16 }: Acprop) =>
  formula({
    name: 'scaleByAcprop',
    hyper: { b1, b2, eps, epsRoot },
    range: { b1: fraction, b2: fraction, eps: nonNegative, epsRoot: nonNegative },
    slots: { m: 0, s: 0 },
    step: ({ g, t, m, s, b1, b2, eps, epsRoot }) => {
      const sHat = t.gt(1).select(debias(b2, s, t.sub(1)), 1)
      const spread = ema(b2, s, g.sub(m).square())
      return { m: ema(b1, m, g), s: spread.add(epsRoot), delta: g.div(sHat.sqrt().add(eps)) }
    },
  })

export interface Acprop extends Adam {
  readonly epsRoot?: Hyper
}
