import { built } from '../../built.js'
import { chain } from '../../optimizer/chain.js'
import type { Optimizer } from '../../optimizer/optimizer.js'
import { perTree } from '../../rule/formula.js'
import { debias, ema } from '../../rule/moment.js'
import { rule } from '../../rule/rule.js'
import { averaged, interpolated } from '../../rule/schedulefree.js'
import { check } from '../../schedule/check.js'
import { fraction, nonNegative, unit } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import { addDecayedWeights } from './decayedweights.js'
import { warmupConstantSchedule } from './polynomial.js'
import { scaleByLearningRate } from './scale.js'

interface Averaging {
  /** Above 0. */
  readonly b1?: number
  /** A z weighs in x with this power of the largest rate so far. */
  readonly weightLrPower?: Hyper
}

/**
 * `optax.contrib.schedule_free` of 0.2.9, around any optimizer. Evaluate the readout, Optax's `schedule_free_eval_params`.
 * https://optax.readthedocs.io/en/latest/api/contrib.html#optax.contrib.schedule_free
 *
 * The optimizer's own schedules count from 0, that of `learningRate`, which only weighs, from 1.
 */
export const scheduleFree = built(
  'optax.scheduleFree',
  [{ baseOptimizer: 'optimizer!', learningRate: 'hyper!', b1: 'number', weightLrPower: 'hyper' }],
  (options: Averaging & { baseOptimizer: Optimizer; learningRate: Hyper }): Optimizer => {
    const { baseOptimizer, learningRate, b1 = 0.9, weightLrPower = 2 } = options
    check('optax.scheduleFree', unit, { b1 })
    const next = typeof learningRate === 'function' ? (t: number) => learningRate(t + 1) : learningRate
    return chain(
      baseOptimizer,
      rule({
        name: 'optax.scheduleFree',
        hyper: { learningRate: next, b1, weightLrPower },
        slots: { z: 'theta', W: perTree(0), maxLr: perTree(0) },
        step: ({ g, learningRate, weightLrPower, maxLr, ...point }) => {
          const largest = maxLr.max(learningRate)
          return { maxLr: largest, ...interpolated(point, g, largest.pow(weightLrPower)) }
        },
        readout: averaged,
      }),
    )
  },
)

interface Warmed extends Averaging {
  readonly learningRate?: Hyper
  /** Updates in which the rate, then a number, rises from 0 in a line. */
  readonly warmupSteps?: number | null
}

const warmed = (learningRate: Hyper, warmupSteps: number | null): Hyper =>
  warmupSteps === null
    ? learningRate
    : warmupConstantSchedule({ initValue: 0, peakValue: learningRate as number, warmupSteps })

/**
 * `optax.contrib.schedule_free_sgd` of 0.2.9.
 * https://optax.readthedocs.io/en/latest/api/contrib.html#optax.contrib.schedule_free_sgd
 */
export const scheduleFreeSgd = built(
  'optax.scheduleFreeSgd',
  [{ learningRate: 'hyper', warmupSteps: 'number', b1: 'number', weightDecay: 'hyper', weightLrPower: 'hyper' }],
  (options: Warmed & { weightDecay?: Hyper | null } = {}): Optimizer => {
    const { learningRate = 1, warmupSteps = null, weightDecay = null, ...averaging } = options
    const rate = warmed(learningRate, warmupSteps)
    const decay = weightDecay === null ? [] : [addDecayedWeights({ weightDecay })]
    const baseOptimizer = chain(...decay, scaleByLearningRate({ learningRate: rate }))
    return scheduleFree({ baseOptimizer, learningRate: rate, ...averaging })
  },
)

interface Second {
  readonly b2?: Hyper
  readonly eps?: Hyper
}

/**
 * `optax.contrib.schedule_free_adamw` of 0.2.9: of Adam the second moment only.
 * https://optax.readthedocs.io/en/latest/api/contrib.html#optax.contrib.schedule_free_adamw
 */
export const scheduleFreeAdamw = built(
  'optax.scheduleFreeAdamw',
  [
    {
      learningRate: 'hyper',
      warmupSteps: 'number',
      b1: 'number',
      b2: 'hyper',
      eps: 'hyper',
      weightDecay: 'hyper',
      weightLrPower: 'hyper',
    },
  ],
  (options: Warmed & Second & { weightDecay?: Hyper } = {}): Optimizer => {
    const { learningRate = 0.0025, warmupSteps = null, b2, eps, weightDecay = 0, ...averaging } = options
    const rate = warmed(learningRate, warmupSteps)
    const baseOptimizer = chain(
      normed({ b2, eps }),
      addDecayedWeights({ weightDecay }),
      scaleByLearningRate({ learningRate: rate }),
    )
    return scheduleFree({ baseOptimizer, learningRate: rate, ...averaging })
  },
)

const normed = ({ b2 = 0.999, eps = 1e-8 }: Second) =>
  rule({
    name: 'optax.scheduleFreeAdamw',
    hyper: { b2, eps },
    range: { b2: fraction, eps: nonNegative },
    slots: { v: 0 },
    step: ({ g, t, b2, eps, ...slot }) => {
      const v = ema(b2, slot.v, g.square())
      return { v, delta: g.div(debias(b2, v, t).sqrt().add(eps)) }
    },
  })
