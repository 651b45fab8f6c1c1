import { built } from '../built.js'
import { fraction, nonNegative } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import { ema } from './moment.js'
import { rule } from './rule.js'

/**
 * RMSprop by the standard deviation, with momentum. Graves 2013, equations 38–41, https://arxiv.org/abs/1308.0850
 *
 *     v ← alpha · v + (1 − alpha) · g²
 *     a ← alpha · a + (1 − alpha) · g
 *     m ← beta · m − lr · g / √(v − a² + eps)
 *     Δθ = m
 *
 * Where we differ: v − a², which is never negative but for rounding, is 0 where it is. PyTorch has √(v − a²) + 1e-8 and lr outside
 * the buffer; Keras eps 1e-7 and no momentum unless told; TensorFlow.js's is NaN.
 */
export const rmspropCentered = built(
  'rmspropCentered',
  [{ lr: 'hyper', alpha: 'hyper', beta: 'hyper', eps: 'hyper' }],
  ({ lr = 1e-4, alpha = 0.95, beta = 0.9, eps = 1e-4 }: RmspropCentered = {}) =>
    rule({
      name: 'rmspropCentered',
      hyper: { lr, alpha, beta, eps },
      range: { lr: nonNegative, alpha: fraction, beta: fraction, eps: nonNegative },
      slots: { v: 0, a: 0, m: 0 },
      step: ({ g, lr, alpha, beta, eps, ...slot }) => {
        const v = ema(alpha, slot.v, g.square())
        const a = ema(alpha, slot.a, g)
        const m = slot.m.mul(beta).sub(g.div(v.sub(a.square()).max(0).add(eps).sqrt()).mul(lr))
        return { v, a, m, delta: m }
      },
    }),
)

export interface RmspropCentered {
  readonly lr?: Hyper
  readonly alpha?: Hyper
  /** Of the momentum. */
  readonly beta?: Hyper
  readonly eps?: Hyper
}
