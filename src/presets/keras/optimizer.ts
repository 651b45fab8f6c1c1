import { type Expr, variable } from '../../expr/expr.js'
import { substitute } from '../../expr/fold.js'
import { brief, mistake } from '../../failure.js'
import type { Optimizer } from '../../optimizer/optimizer.js'
import { formula, mapRecord, type Rule, theta } from '../../rule/formula.js'
import { fuse } from '../../rule/fuse.js'
import { gated } from '../../rule/gated.js'
import { ema } from '../../rule/moment.js'
import { placed, united } from '../../rule/part.js'
import { fromRule } from '../../rule/rule.js'
import { check } from '../../schedule/check.js'
import { nonNegative, unit, wholeFrom } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import { type Where, whereOf } from '../../where.js'
import { flag } from '../option.js'
import { clipping } from './clip.js'

/**
 * What every optimizer of Keras 3.15.1 can do beside its own step. https://keras.io/api/optimizers/#optimizer-class
 *
 *     g ← g / lossScaleFactor
 *     of k = gradientAccumulationSteps gradients the mean, and at every k-th:
 *         g ← clipped g
 *         θ ← θ − weightDecay · learningRate · θ
 *         θ ← the optimizer's own step, at that θ
 *     at each step:  average ← emaMomentum · average + (1 − emaMomentum) · θ         where useEma
 *     at every emaOverwriteFrequency-th update:  θ ← average
 *
 * The learning rate's schedule counts gradients; all else, and a schedule of any other number, counts updates. While the
 * first update's gradients are summed the average is θ; and between updates θ is averaged and overwritten again.
 */
export interface KerasOptimizer {
  readonly learningRate?: Hyper
  /** Decoupled. */
  readonly weightDecay?: Hyper | null
  /** The leaves that do not decay: `exclude_from_weight_decay`. */
  readonly excludeFromWeightDecay?: Where
  /** The largest norm of a tensor's gradient. Of these three at most one may be given; 0 is none. */
  readonly clipnorm?: Hyper | null
  /** The largest absolute value of an entry. */
  readonly clipvalue?: Hyper | null
  /** The largest norm of the whole gradient; where that is not finite, all of it becomes NaN. */
  readonly globalClipnorm?: Hyper | null
  /** The average is what is evaluated. Keras puts it in the place of θ after the last epoch of `fit`. */
  readonly useEma?: boolean
  readonly emaMomentum?: number
  readonly emaOverwriteFrequency?: number | null
  /** By which the loss was multiplied before its gradient was taken. */
  readonly lossScaleFactor?: Hyper | null
  readonly gradientAccumulationSteps?: number | null
}

/** The kinds of these options, for signatures. */
export const kerasKinds = {
  learningRate: 'hyper',
  weightDecay: 'hyper',
  excludeFromWeightDecay: 'where',
  clipnorm: 'hyper',
  clipvalue: 'hyper',
  globalClipnorm: 'hyper',
  useEma: 'flag',
  emaMomentum: 'number',
  emaOverwriteFrequency: 'number',
  lossScaleFactor: 'hyper',
  gradientAccumulationSteps: 'number',
} as const

/** The rate's name in the rules of Keras's optimizers. */
export const RATE = 'lr'
const own = (name: string): string => name
export const fused = (who: string, ...rules: readonly Rule[]): Rule => fuse(who, rules, (_, name) => name)

/** An optimizer's own step, whose rate is called `lr`, with what all can do around it. */
export const kerasOptimizer = <S>(who: string, step: Rule, options: KerasOptimizer): Optimizer<S> => {
  const { lossScaleFactor = null, useEma = false } = options
  flag(who, { useEma })
  const k = stepsOf(who, options)
  const update = fused(who, ...clipping(who, options), decayed(who, step, options))
  const scaled = fused(who, ...unscaling(lossScaleFactor), k === 1 ? update : accumulated(k, update))
  const whole = useEma ? fused(who, scaled, averaging(who, k, options)) : scaled
  return fromRule({ ...whole, hyper: mapRecord(whole.hyper, (hyper) => ({ ...hyper, of: who })) }) as Optimizer<S>
}

export const stepsOf = (who: string, { gradientAccumulationSteps }: KerasOptimizer): number => {
  if (!gradientAccumulationSteps) return 1
  check(who, wholeFrom(2), { gradientAccumulationSteps })
  return gradientAccumulationSteps
}

export const unscaling = (lossScaleFactor: Hyper | null): readonly Rule[] =>
  lossScaleFactor === null
    ? []
    : [
        formula({
          name: 'lossScaleFactor',
          hyper: { lossScaleFactor },
          step: ({ g, lossScaleFactor }) => ({ delta: g.div(lossScaleFactor) }),
        }),
      ]

/** θ's own step: −weightDecay · lr · θ, where `lr` is the rate of the rule that follows. */
export const decay = (who: string, weightDecay: Hyper, { excludeFromWeightDecay: excluded }: KerasOptimizer): Rule => {
  const excludes = excluded === undefined ? undefined : whereOf(who, excluded)
  return formula({
    name: 'weightDecay',
    hyper: { weightDecay },
    range: { weightDecay: nonNegative },
    leaf: excludes && { decays: (path) => (excludes(path) ? 0 : 1) },
    step: ({ theta, weightDecay, decays }) => ({
      delta: theta
        .mul(excludes ? weightDecay.mul(decays) : weightDecay)
        .mul(variable(RATE, 'tree'))
        .neg(),
    }),
  })
}

/** θ decays first, and the step is made from there. */
const decayed = (who: string, rule: Rule, options: KerasOptimizer): Rule => {
  const { weightDecay = null } = options
  if (weightDecay === null) return rule
  const { hyper, leaf, step } = decay(who, weightDecay, options)
  const shrinking = step.delta as Expr
  const from = mapRecord(rule.step, substitute({ theta: theta.add(shrinking) }))
  return {
    ...rule,
    hyper: { ...rule.hyper, ...hyper },
    leaf: { ...rule.leaf, ...leaf },
    step: { ...from, delta: shrinking.add(from.delta as Expr) },
  }
}

/** The mean of k gradients at every k-th. */
export const meanOf = (k: number): Rule =>
  formula({
    name: 'accumulate',
    hyper: { due: (t) => (t % k === 0 ? 1 : 0) },
    slots: { accumulator: 0 },
    step: ({ g, due, accumulator }) => {
      const sum = accumulator.add(g)
      return { accumulator: due.select(0, sum), delta: sum.div(k) }
    },
  })

/** A step where the mean is due, and none in between; t is the number of the update, but for the rate. */
const accumulated = (k: number, rule: Rule): Rule => {
  const mean = meanOf(k)
  const clock = { t: variable('t', 'tree').div(k), at: (t: number) => Math.ceil(t / k) }
  const { hyper, ...part } = gated(placed(rule, mean.step.delta as Expr, own, clock), variable('due', 'tree'), 0)
  const rate = rule.hyper[RATE]
  const placedHyper = rate ? { ...hyper, [RATE]: rate } : hyper
  return united(rule.name, [mean, { ...part, hyper: placedHyper }], part.step.delta as Expr)
}

/** After the step: its delta is this rule's g. */
export const averaging = (
  who: string,
  k: number,
  { emaMomentum = 0.99, emaOverwriteFrequency }: KerasOptimizer,
): Rule => {
  check(who, unit, { emaMomentum })
  const every = emaOverwriteFrequency || Infinity
  if (every !== Infinity && !wholeFrom(1).holds(every))
    throw mistake(who, `emaOverwriteFrequency is ${brief(emaOverwriteFrequency)}`, 'a whole number ≥ 1, or null')
  return formula({
    name: 'ema',
    hyper: {
      emaMomentum: (t) => (t <= k ? 0 : emaMomentum),
      overwrite: (t) => (Math.ceil(t / k) % every === 0 ? 1 : 0),
    },
    slots: { average: 'theta' },
    step: ({ g, theta, average, emaMomentum, overwrite }) => {
      const next = ema(emaMomentum, average, theta.add(g))
      return { average: next, delta: overwrite.select(next.sub(theta), g) }
    },
    readout: ({ average }) => average,
  })
}
