import { built } from '../built.js'
import type { Hyper } from '../schedule/schedule.js'
import { type Adam, algorithm1, type Moments } from './adam.js'
import { type Decay, decay } from './decay.js'
import { formula, type Rule } from './formula.js'
import { named } from './fuse.js'
import { descent } from './lr.js'
import { norm } from './moment.js'
import { ratioOf } from './trustratio.js'

/**
 * LAMB: Adam whose step is in proportion to the tensor it changes. You et al. 2019, Algorithm 2,
 * https://arxiv.org/abs/1904.00962
 *
 *     u = m̂ / (√v̂ + eps) + weightDecay · θ          m̂, v̂ as in Adam
 *     Δθ = −lr · ‖θ‖ / ‖u‖ · u                      tensor by tensor; the ratio is 1 where a norm is 0
 *
 * The paper's φ is the identity. `weightDecay` 0.01 is that of its experiments.
 *
 * Where we differ: Keras has the decay outside the ratio, eps 1e-7.
 */
export interface Lamb extends Adam, Partial<Decay> {
  readonly lr?: Hyper
}

export const lamb = built(
  'lamb',
  [{ lr: 'hyper', b1: 'hyper', b2: 'hyper', eps: 'hyper', weightDecay: 'hyper', where: 'where' }],
  ({ lr = 0.001, eps = 1e-6, weightDecay = 0.01, where, ...moments }: Lamb = {}) =>
    named<Moments>('lamb', algorithm1({ eps, ...moments }), decay({ weightDecay, where }), inProportion, descent(lr)),
)

/** A step as long as what it changes. */
export const inProportion: Rule = formula({
  name: 'inProportion',
  step: ({ g, theta }) => ({ delta: g.mul(ratioOf(norm('tensor', theta), norm('tensor', g))) }),
})
