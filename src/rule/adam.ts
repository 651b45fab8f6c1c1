import type { Hyper } from '../schedule/schedule.js'
import type { Tensors } from '../tree.js'
import { named } from './fuse.js'
import { scaleByLr } from './lr.js'
import { debias, ema } from './moment.js'
import { fraction, nonNegative } from './range.js'
import { rule } from './rule.js'

/**
 * Adam. Kingma & Ba 2015, Algorithm 1, https://arxiv.org/abs/1412.6980
 *
 *     m ← b1 · m + (1 − b1) · g
 *     v ← b2 · v + (1 − b2) · g²
 *     m̂ = m / (1 − b1ᵗ)
 *     v̂ = v / (1 − b2ᵗ)
 *     Δθ = −lr · m̂ / (√v̂ + eps)
 *
 * Where we differ: Keras has eps before the correction is undone ("ε-hat"), TensorFlow.js eps 1e-7.
 */
export interface Adam {
  readonly b1?: Hyper
  readonly b2?: Hyper
  readonly eps?: Hyper
}

export const scaleByAdam = ({ b1 = 0.9, b2 = 0.999, eps = 1e-8 }: Adam = {}) =>
  rule({
    name: 'scaleByAdam',
    hyper: { b1, b2, eps },
    range: { b1: fraction, b2: fraction, eps: nonNegative },
    slots: { m: 0, v: 0 },
    step: ({ g, t, b1, b2, eps, ...slot }) => {
      const m = ema(b1, slot.m, g)
      const v = ema(b2, slot.v, g.square())
      const mHat = debias(b1, m, t)
      const vHat = debias(b2, v, t)
      return { m, v, delta: mHat.div(vHat.sqrt().add(eps)) }
    },
  })

/** Adam, whole. `lr` 0.001 is the paper's. */
export const adam = ({ lr = 0.001, ...moments }: Adam & { lr?: Hyper } = {}) =>
  named<{ m: Tensors; v: Tensors }>('adam', scaleByAdam(moments), scaleByLr(lr))
