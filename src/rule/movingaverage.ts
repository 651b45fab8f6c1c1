import { built } from '../built.js'
import { fraction } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import { debias, ema } from './moment.js'
import { rule } from './rule.js'

/**
 * The gradient as an exponential moving average of all so far: momentum whose steps do not grow with beta, m = (1 − beta) · trace.
 *
 *     m ← beta · m + (1 − beta) · g
 *     movingAverage:  g ← m
 */
export const movingAverage = built('movingAverage', [{ beta: 'hyper' }], ({ beta = 0.9 }: { beta?: Hyper } = {}) =>
  rule({
    name: 'movingAverage',
    hyper: { beta },
    range: { beta: fraction },
    slots: { m: 0 },
    step: ({ g, m, beta }) => {
      const next = ema(beta, m, g)
      return { m: next, delta: next }
    },
  }),
)

/**
 * The same, freed of the weight of the 0 that it began with, as Adam's moments are: a true average of the gradients from the first
 * one on. Kingma & Ba 2015, section 3, https://arxiv.org/abs/1412.6980
 *
 *     m ← beta · m + (1 − beta) · g
 *     debiasedAverage:  g ← m / (1 − betaᵗ)
 *
 * It is right for a constant beta: of one that changes, the weight of the 0 is another.
 */
export const debiasedAverage = built('debiasedAverage', [{ beta: 'hyper' }], ({ beta = 0.9 }: { beta?: Hyper } = {}) =>
  rule({
    name: 'debiasedAverage',
    hyper: { beta },
    range: { beta: fraction },
    slots: { m: 0 },
    step: ({ g, t, m, beta }) => {
      const next = ema(beta, m, g)
      return { m: next, delta: debias(beta, next, t) }
    },
  }),
)
