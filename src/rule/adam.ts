import { built } from '../built.js'
import type { Optimizer } from '../optimizer/optimizer.js'
import { fraction, nonNegative } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import type { Tensors } from '../tree.js'
import { formula } from './formula.js'
import { named } from './fuse.js'
import { descent } from './lr.js'
import { debias, ema } from './moment.js'
import { fromRule } from './rule.js'

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

export const algorithm1 = ({ b1 = 0.9, b2 = 0.999, eps = 1e-8 }: Adam) =>
  formula({
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

export type Moments = { m: Tensors; v: Tensors }

/** The direction of Adam's step, m̂ / (√v̂ + eps). */
export const scaleByAdam = built(
  'scaleByAdam',
  [{ b1: 'hyper', b2: 'hyper', eps: 'hyper' }],
  (options: Adam = {}) => fromRule(algorithm1(options)) as Optimizer<Moments>,
)

/** Adam, whole. `lr` 0.001 is the paper's. */
export const adam = built(
  'adam',
  [{ lr: 'hyper', b1: 'hyper', b2: 'hyper', eps: 'hyper' }],
  ({ lr = 0.001, ...moments }: Adam & { lr?: Hyper } = {}) => named<Moments>('adam', algorithm1(moments), descent(lr)),
)
