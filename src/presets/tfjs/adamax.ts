import { built } from '../../built.js'
import { formula } from '../../rule/formula.js'
import { named } from '../../rule/fuse.js'
import { descent } from '../../rule/lr.js'
import { debias, ema } from '../../rule/moment.js'
import { fraction, nonNegative } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import type { Tensors } from '../../tree.js'
import { EPSILON } from './epsilon.js'

interface Adamax {
  readonly learningRate?: Hyper
  readonly beta1?: Hyper
  readonly beta2?: Hyper
  readonly epsilon?: Hyper | null
  /** Of the rate. */
  readonly decay?: Hyper
}

/**
 * `tf.train.adamax`:
 *
 *     u ← max(beta2 · u, |g|)
 *     Δθ = −learningRate / (1 + (t − 1) · decay) · m̂ / (u + epsilon)
 */
export const adamax = built(
  'tfjs.adamax',
  [{ learningRate: 'hyper', beta1: 'hyper', beta2: 'hyper', epsilon: 'hyper', decay: 'hyper' }],
  ({ learningRate = 0.002, beta1 = 0.9, beta2 = 0.999, epsilon, decay = 0 }: Adamax = {}) => {
    const direction = formula({
      name: 'adamax',
      hyper: { beta1, beta2, epsilon: epsilon ?? EPSILON, decay },
      range: { beta1: fraction, beta2: fraction, epsilon: nonNegative, decay: nonNegative },
      slots: { m: 0, u: 0 },
      step: ({ g, t, beta1, beta2, epsilon, decay, ...slot }) => {
        const m = ema(beta1, slot.m, g)
        const u = slot.u.mul(beta2).max(g.abs())
        const decayed = t.sub(1).mul(decay).add(1)
        return { m, u, delta: debias(beta1, m, t).div(decayed).div(u.add(epsilon)) }
      },
    })
    return named<{ m: Tensors; u: Tensors }>('tfjs.adamax', direction, descent(learningRate))
  },
)
