import { check } from '../../schedule/check.js'
import { cosine } from '../../schedule/cosine.js'
import { finite, nonNegative, positive } from '../../schedule/range.js'
import type { Schedule } from '../../schedule/schedule.js'
import { wave } from '../../schedule/shape.js'
import { warmup } from '../../schedule/warmup.js'
import { clamped, counted } from '../count.js'
import type { Preset } from './rate.js'

/**
 * Keras's `CosineDecay` and `CosineDecayRestarts`, and TensorFlow 1's `cosine_decay` and `cosine_decay_restarts`.
 * https://github.com/keras-team/keras/blob/v3.15.1/keras/src/optimizers/schedules/learning_rate_schedule.py
 */

export interface Decay {
  readonly decaySteps: number
  /** The part of the rate that is left at the end. */
  readonly alpha?: number
}

export interface WarmDecay extends Decay {
  /** The rate after the warm-up; without it there is none. */
  readonly warmupTarget?: number | null
  /** Before the decay, and not of its `decaySteps`. */
  readonly warmupSteps?: number
}

export interface Restarts {
  readonly firstDecaySteps: number
  /** 2, if nothing is said: periods double. */
  readonly tMul?: number
  readonly mMul?: number
  readonly alpha?: number
}

/** rate · (alpha + (1 − alpha) · (1 + cos(π · count / decaySteps)) / 2), and rate · alpha from `decaySteps` on. */
export const cosineDecay =
  <Key extends string>(who: string, key: Key): Preset<Key, Decay> =>
  (options) => {
    const from: number = options[key]
    check(who, finite, { [key]: from })
    return counted(who, [options], decaying(who, from, options))
  }

/** Keras 3's: in a line from `initialLearningRate` to `warmupTarget`, in `warmupSteps` counts, and down from there. */
export const warmCosineDecay =
  (who: string): Preset<'initialLearningRate', WarmDecay> =>
  (options) => {
    const { initialLearningRate, warmupSteps = 0 } = options
    const warmupTarget = options.warmupTarget ?? initialLearningRate
    check(who, finite, { initialLearningRate, warmupTarget })
    check(who, nonNegative, { warmupSteps })
    const decay = decaying(who, warmupTarget, options)
    const warms = warmupSteps > 0 && options.warmupTarget != null
    return counted(who, [options], warms ? warmup(warmupSteps, { from: initialLearningRate })(decay) : decay)
  }

const decaying = (who: string, from: number, { decaySteps, alpha = 0 }: Decay): Schedule => {
  check(who, positive, { decaySteps })
  check(who, finite, { alpha })
  return cosine({ from, to: alpha * from, over: decaySteps })
}

/**
 * Period i = 0, 1, 2, … is firstDecaySteps · tMulⁱ counts long, and begins at rate · ((1 − alpha) · mMulⁱ + alpha).
 *
 *     rate · (alpha + (1 − alpha) · mMulⁱ · (1 + cos(π · x)) / 2)          f = count / firstDecaySteps
 *     tMul = 1:  i = ⌊f⌋,                                     x = f − i
 *     else:      i = ⌊log(1 + f · (tMul − 1)) / log tMul⌋,    x = (f − (tMulⁱ − 1) / (tMul − 1)) / tMulⁱ
 *
 * The logarithms' rounding may leave the very count at which a period begins in the one before it, at its end: in float32,
 * as Keras computes, where tMul is 0.8 or 1.2; in float64, as we do, where it is 0.8, or 3 at 121 · firstDecaySteps. At the
 * next count all agree.
 *
 * Where we differ: periods that shrink, tMul < 1, end before firstDecaySteps / (1 − tMul), after which Keras's rate is NaN and
 * ours is rate · alpha.
 */
export const cosineDecayRestarts =
  <Key extends string>(who: string, key: Key): Preset<Key, Restarts> =>
  (options) => {
    const { firstDecaySteps, tMul = 2, mMul = 1, alpha = 0 } = options
    const from: number = options[key]
    check(who, finite, { [key]: from, mMul, alpha })
    check(who, positive, { firstDecaySteps, tMul })
    const at = (i: number, x: number): number => {
      const height = clamped((1 - alpha) * clamped(mMul ** i))
      return clamped(from * clamped(alpha + height * wave(x)))
    }
    const equal: Schedule = (count) => {
      const i = Math.floor(count / firstDecaySteps)
      return at(i, (count - i * firstDecaySteps) / firstDecaySteps)
    }
    const geometric: Schedule = (count) => {
      const f = count / firstDecaySteps
      const grown = 1 - f * (1 - tMul)
      if (grown <= 0) return from * alpha
      const i = Math.floor(Math.log(grown) / Math.log(tMul))
      const length = tMul ** i
      return at(i, (f - (1 - length) / (1 - tMul)) / length)
    }
    return counted(who, [options], tMul === 1 ? equal : geometric)
  }
