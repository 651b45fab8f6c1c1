import { built } from '../built.js'
import { nonNegative, unit } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import type { Tensors } from '../tree.js'
import { formula } from './formula.js'
import { named } from './fuse.js'
import { descent } from './lr.js'
import { ema } from './moment.js'

/**
 * Adadelta: steps in the units of θ. Zeiler 2012, Algorithm 1, https://arxiv.org/abs/1212.5701
 *
 *     v ← rho · v + (1 − rho) · g²
 *     d = √(u + eps) / √(v + eps) · g          by the u of before
 *     u ← rho · u + (1 − rho) · d²
 *     Δθ = −lr · d          lr = 1: it needs none
 *
 * Where we differ: rho is the paper's 0.95, and Keras's; PyTorch and Optax have 0.9. Keras and TensorFlow.js have lr 0.001 and
 * eps 1e-7; TensorFlow.js divides by the v of before.
 */
export const adadelta = built(
  'adadelta',
  [{ lr: 'hyper', rho: 'hyper', eps: 'hyper' }],
  ({ lr = 1, ...averages }: Adadelta & { lr?: Hyper } = {}) =>
    named<{ v: Tensors; u: Tensors }>('adadelta', adadeltaDirection(averages), descent(lr)),
)

export const adadeltaDirection = ({ rho = 0.95, eps = 1e-6 }: Adadelta) =>
  formula({
    name: 'scaleByAdadelta',
    hyper: { rho, eps },
    range: { rho: unit, eps: nonNegative },
    slots: { v: 0, u: 0 },
    step: ({ g, rho, eps, ...slot }) => {
      const v = ema(rho, slot.v, g.square())
      const d = slot.u.add(eps).sqrt().div(v.add(eps).sqrt()).mul(g)
      return { v, u: ema(rho, slot.u, d.square()), delta: d }
    },
  })

export interface Adadelta {
  readonly rho?: Hyper
  readonly eps?: Hyper
}
