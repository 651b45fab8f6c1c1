import { built } from '../built.js'
import { fraction, nonNegative } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import { ema } from './moment.js'
import { rule } from './rule.js'

/**
 * RMSprop. Hinton 2012, lecture 6e, https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf
 *
 *     v ← alpha · v + (1 − alpha) · g²
 *     Δθ = −lr · g / √(v + eps)          small alpha trusts the newest gradient
 *
 * Where we differ: PyTorch has √v + 1e-8 and alpha 0.99; Keras and TensorFlow.js √(v + 1e-7).
 */
export const rmsprop = built(
  'rmsprop',
  [{ lr: 'hyper', alpha: 'hyper', eps: 'hyper' }],
  ({ lr = 0.001, alpha = 0.9, eps = 1e-8 }: { lr?: Hyper; alpha?: Hyper; eps?: Hyper } = {}) =>
    rule({
      name: 'rmsprop',
      hyper: { lr, alpha, eps },
      range: { lr: nonNegative, alpha: fraction, eps: nonNegative },
      slots: { v: 0 },
      step: ({ g, v, lr, alpha, eps }) => {
        const next = ema(alpha, v, g.square())
        return { v: next, delta: g.div(next.add(eps).sqrt()).mul(lr).neg() }
      },
    }),
)
