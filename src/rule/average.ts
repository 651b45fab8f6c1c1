import { built } from '../built.js'
import { check } from '../schedule/check.js'
import { fraction, wholeFrom } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import { perTree } from './formula.js'
import { ema } from './moment.js'
import { rule } from './rule.js'

/** Averages of the weights themselves: last in a chain, whose steps they leave as they are. The average is evaluated (`readout`). */
export interface Averaging {
  /** Updates after which it begins; θ is evaluated until then. */
  readonly start?: number
  /** Every so many updates from there on, the weights enter the average. */
  readonly stride?: number
}

/**
 * Their exponential moving average. Polyak & Juditsky 1992, https://doi.org/10.1137/0330046
 *
 *     average ← decay · average + (1 − decay) · (θ + Δ)          the first time: θ + Δ
 *
 * Where we differ: TensorFlow 1 begins at the θ before the first update; Keras and PyTorch as we do.
 */
export const averageEma = built(
  'averageEma',
  [{ decay: 'hyper', start: 'number', stride: 'number' }],
  ({ decay = 0.999, ...when }: Averaging & { decay?: Hyper } = {}) =>
    rule({
      name: 'averageEma',
      hyper: { decay, enters: entering('averageEma', when) },
      range: { decay: fraction },
      slots: { average: 0, n: perTree(0) },
      step: ({ g, theta, average, n, enters, decay }) => {
        const here = theta.add(g)
        const next = n.eq(0).select(here, ema(decay, average, here))
        return { average: enters.select(next, average), n: n.add(enters), delta: g }
      },
      readout: ({ theta, average, n }) => n.gt(0).select(average, theta),
    }),
)

/**
 * Their mean: stochastic weight averaging. Izmailov et al. 2018, Algorithm 1, https://arxiv.org/abs/1803.05407
 *
 *     n ← n + 1,  average ← average + (θ + Δ − average) / n
 *
 * `stride` is the paper's cycle length c: with a schedule of cycles, the average takes the weights at the end of each.
 */
export const averageSwa = built('averageSwa', [{ start: 'number', stride: 'number' }], (when: Averaging = {}) =>
  rule({
    name: 'averageSwa',
    hyper: { enters: entering('averageSwa', when) },
    slots: { average: 0, n: perTree(0) },
    step: ({ g, theta, average, n, enters }) => {
      const count = n.add(enters)
      const next = average.add(theta.add(g).sub(average).div(count))
      return { average: enters.select(next, average), n: count, delta: g }
    },
    readout: ({ theta, average, n }) => n.gt(0).select(average, theta),
  }),
)

/** 1 at the updates whose weights enter the average, 0 at the others. */
const entering = (name: string, { start = 0, stride = 1 }: Averaging): ((t: number) => number) => {
  check(name, wholeFrom(0), { start })
  check(name, wholeFrom(1), { stride })
  return (t) => (t > start && (t - start) % stride === 0 ? 1 : 0)
}
