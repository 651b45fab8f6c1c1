import { built } from '../built.js'
import { fraction, nonNegative } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import type { Tensors } from '../tree.js'
import type { Adam } from './adam.js'
import { type Decay, decay } from './decay.js'
import { formula } from './formula.js'
import { named } from './fuse.js'
import { descent } from './lr.js'
import { debias, ema } from './moment.js'

/**
 * AdaMax: Adam with the largest gradient in the place of the root mean square. Kingma & Ba 2015, Algorithm 2,
 * https://arxiv.org/abs/1412.6980
 *
 *     m ← b1 · m + (1 − b1) · g
 *     u ← max(b2 · u, |g| + eps)
 *     Δθ = −lr · m̂ / u          m̂ = m / (1 − b1ᵗ)
 *
 * Where we differ: the paper has no eps, and divides 0 by 0 until an element's first gradient; this one is PyTorch's
 * and Optax's. Keras adds its eps to u in the division only.
 */
export const adamax = built(
  'adamax',
  [{ lr: 'hyper', b1: 'hyper', b2: 'hyper', eps: 'hyper' }],
  ({ lr = 0.002, ...moments }: Adam & { lr?: Hyper } = {}) =>
    named<Moments>('adamax', algorithm2(moments), descent(lr)),
)

/** With decoupled weight decay, as AdamW: Δθ = −lr · (m̂ / u + weightDecay · θ). */
export const adamaxw = built(
  'adamaxw',
  [{ lr: 'hyper', b1: 'hyper', b2: 'hyper', eps: 'hyper', weightDecay: 'hyper', where: 'where' }],
  ({ lr = 0.002, weightDecay = 0.01, where, ...moments }: Adam & Partial<Decay> & { lr?: Hyper } = {}) =>
    named<Moments>('adamaxw', algorithm2(moments), decay({ weightDecay, where }), descent(lr)),
)

export type Moments = { m: Tensors; u: Tensors }

export const algorithm2 = ({ b1 = 0.9, b2 = 0.999, eps = 1e-8 }: Adam) =>
  formula({
    name: 'adamax',
    hyper: { b1, b2, eps },
    range: { b1: fraction, b2: fraction, eps: nonNegative },
    slots: { m: 0, u: 0 },
    step: ({ g, t, b1, b2, eps, ...slot }) => {
      const m = ema(b1, slot.m, g)
      const u = slot.u.mul(b2).max(g.abs().add(eps))
      return { m, u, delta: debias(b1, m, t).div(u) }
    },
  })
