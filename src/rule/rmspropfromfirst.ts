import { built } from '../built.js'
import { fraction, nonNegative } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import { ema } from './moment.js'
import { rule } from './rule.js'

/**
 * RMSprop whose average begins with the first gradient, not with 0, as Hung-yi Lee's lectures on machine learning have it,
 * https://speech.ee.ntu.edu.tw/~hylee/ml/2021-spring.php
 *
 *     v ← g² at t = 1, then alpha · v + (1 − alpha) · g²          σ = √v, |g| at first
 *     Δθ = −lr · g / σ          0 where every gradient so far was 0
 *
 * Where we differ: the lecture counts from 0. `rmsprop` starts v at 0, so its first steps are longer, by up to 1/√(1 − alpha).
 */
export const rmspropFromFirst = built(
  'rmspropFromFirst',
  [{ lr: 'hyper', alpha: 'hyper' }],
  ({ lr = 0.001, alpha = 0.9 }: { lr?: Hyper; alpha?: Hyper } = {}) =>
    rule({
      name: 'rmspropFromFirst',
      hyper: { lr, alpha },
      range: { lr: nonNegative, alpha: fraction },
      slots: { v: 0 },
      step: ({ g, t, v, lr, alpha }) => {
        const next = t.gt(1).select(ema(alpha, v, g.square()), g.square())
        return { v: next, delta: next.gt(0).select(g.div(next.sqrt()), 0).mul(lr).neg() }
      },
    }),
)
