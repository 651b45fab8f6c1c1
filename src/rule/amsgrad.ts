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
 * AMSGrad: Adam whose rate never rises. Reddi, Kale & Kumar 2018, Algorithm 2, https://arxiv.org/abs/1904.09237
 *
 *     m ← b1 · m + (1 − b1) · g
 *     v ← b2 · v + (1 − b2) · g²
 *     vMax ← max(vMax, v̂)          v̂ = v / (1 − b2ᵗ), m̂ = m / (1 − b1ᵗ)
 *     Δθ = −lr · m̂ / (√vMax + eps)
 *
 * Where we differ: the paper corrects no bias and has no eps. PyTorch and Keras keep the largest v and correct its bias
 * afterwards: their rate does rise while 1 − b2ᵗ does.
 */
export const amsgrad = built(
  'amsgrad',
  [{ lr: 'hyper', b1: 'hyper', b2: 'hyper', eps: 'hyper' }],
  ({ lr = 0.001, ...moments }: Adam & { lr?: Hyper } = {}) =>
    named<{ m: Tensors; v: Tensors; vMax: Tensors }>('amsgrad', algorithm2(moments), descent(lr)),
)

const algorithm2 = ({ b1 = 0.9, b2 = 0.999, eps = 1e-8 }: Adam) =>
  formula({
    name: 'amsgrad',
    hyper: { b1, b2, eps },
    range: { b1: fraction, b2: fraction, eps: nonNegative },
    slots: { m: 0, v: 0, vMax: 0 },
    step: ({ g, t, b1, b2, eps, ...slot }) => {
      const m = ema(b1, slot.m, g)
      const v = ema(b2, slot.v, g.square())
      const vMax = slot.vMax.max(debias(b2, v, t))
      return { m, v, vMax, delta: debias(b1, m, t).div(vMax.sqrt().add(eps)) }
    },
  })
