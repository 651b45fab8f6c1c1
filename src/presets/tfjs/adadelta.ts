import { built } from '../../built.js'
import { formula } from '../../rule/formula.js'
import { named } from '../../rule/fuse.js'
import { descent } from '../../rule/lr.js'
import { ema } from '../../rule/moment.js'
import { fraction, nonNegative } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import type { Tensors } from '../../tree.js'
import { EPSILON } from './epsilon.js'

interface Adadelta {
  readonly learningRate?: Hyper
  readonly rho?: Hyper
  readonly epsilon?: Hyper | null
}

/**
 * `tf.train.adadelta`. Where it differs from all others: the denominator is the mean of the squares *before* this gradient.
 *
 *     u = √((mean of u²) + epsilon) / √((mean of g²) + epsilon) · g          with both means as they were
 *     mean of g² ← rho · it + (1 − rho) · g²,  and that of u² alike
 *     Δθ = −learningRate · u
 */
export const adadelta = built(
  'tfjs.adadelta',
  [{ learningRate: 'hyper', rho: 'hyper', epsilon: 'hyper' }],
  ({ learningRate = 0.001, rho = 0.95, epsilon }: Adadelta = {}) => {
    const direction = formula({
      name: 'adadelta',
      hyper: { rho, epsilon: epsilon ?? EPSILON },
      range: { rho: fraction, epsilon: nonNegative },
      slots: { v: 0, d: 0 },
      step: ({ g, v, d, rho, epsilon }) => {
        const u = d.add(epsilon).sqrt().div(v.add(epsilon).sqrt()).mul(g)
        return { v: ema(rho, v, g.square()), d: ema(rho, d, u.square()), delta: u }
      },
    })
    return named<{ v: Tensors; d: Tensors }>('tfjs.adadelta', direction, descent(learningRate))
  },
)
