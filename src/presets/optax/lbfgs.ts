import { built } from '../../built.js'
import { anyCurvature, quasiNewton } from '../../optimizer/lbfgs.js'
import { zoom } from '../../optimizer/linesearch.js'
import type { Optimizer } from '../../optimizer/optimizer.js'
import { check } from '../../schedule/check.js'
import { nonNegative, positive, wholeFrom } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import { flag, oneOf } from '../option.js'
import { chain } from './plain.js'
import { scale, scaleByLearningRate } from './scale.js'

interface ScaleByLbfgs {
  readonly memorySize?: number
  readonly scaleInitPrecond?: boolean
}

const precondition = (who: string, { memorySize = 10, scaleInitPrecond = true }: ScaleByLbfgs) => {
  check(who, wholeFrom(1), { memorySize })
  flag(who, { scaleInitPrecond })
  return quasiNewton(who, memorySize, anyCurvature, scaleInitPrecond)
}

/**
 * `optax.scale_by_lbfgs` of 0.2.9, https://optax.readthedocs.io/en/latest/api/transformations.html#optax.scale_by_lbfgs: pairs of
 * negative curvature count too, and γ is 1 where `scaleInitPrecond` is false.
 */
export const scaleByLbfgs = built(
  'optax.scaleByLbfgs',
  [{ memorySize: 'number', scaleInitPrecond: 'flag' }],
  (options: ScaleByLbfgs = {}) => precondition('optax.scaleByLbfgs', options),
)

interface Zoom {
  readonly maxLinesearchSteps: number
  /** None where it is null. */
  readonly maxLearningRate?: number | null
  readonly tol?: number
  readonly increaseFactor?: number
  readonly slopeRtol?: number
  /** Infinity is a search for a decrease alone. */
  readonly curvRtol?: number
  /** No approximate decrease where it is null. */
  readonly approxDecRtol?: number | null
  readonly stepsizePrecision?: number
  readonly initialGuessStrategy?: 'one' | 'keep'
}

/**
 * `optax.scale_by_zoom_linesearch` of 0.2.9, with the loss and its gradient from `evaluate` in `update`'s last argument, at θ too.
 * https://optax.readthedocs.io/en/latest/api/transformations.html#optax.scale_by_zoom_linesearch
 */
export const scaleByZoomLinesearch = built(
  'optax.scaleByZoomLinesearch',
  [
    {
      maxLinesearchSteps: 'number!',
      maxLearningRate: 'number',
      tol: 'number',
      increaseFactor: 'number',
      slopeRtol: 'number',
      curvRtol: 'number',
      approxDecRtol: 'number',
      stepsizePrecision: 'number',
      initialGuessStrategy: ['one', 'keep'],
    },
  ],
  (options: Zoom) => {
    const who = 'optax.scaleByZoomLinesearch'
    const { maxLinesearchSteps, maxLearningRate = null, tol = 0, increaseFactor = 2, slopeRtol = 1e-4 } = options
    const { curvRtol = 0.9, approxDecRtol = 1e-6, stepsizePrecision = 1e-5, initialGuessStrategy = 'keep' } = options
    check(who, wholeFrom(1), { maxLinesearchSteps })
    check(who, positive, { increaseFactor, ...(maxLearningRate !== null && { maxLearningRate }) })
    check(who, nonNegative, { tol, slopeRtol, stepsizePrecision, ...(approxDecRtol !== null && { approxDecRtol }) })
    if (curvRtol !== Infinity) check(who, nonNegative, { curvRtol })
    oneOf(who, ['one', 'keep'], { initialGuessStrategy })
    const wolfe = {
      first: 1,
      longest: maxLearningRate ?? Infinity,
      maxSteps: maxLinesearchSteps,
      growth: increaseFactor,
      decrease: slopeRtol,
      curvature: curvRtol,
      slack: approxDecRtol ?? undefined,
      tolerance: tol,
      precision: stepsizePrecision,
    }
    return zoom(who, wolfe, initialGuessStrategy === 'keep')
  },
)

interface Lbfgs extends ScaleByLbfgs {
  /** Null is 1. */
  readonly learningRate?: Hyper | null
  /** Null is none. */
  readonly linesearch?: Optimizer | null
}

/**
 * `optax.lbfgs` of 0.2.9, https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.lbfgs. The line search needs `evaluate` in
 * `update`'s last argument; where there is none, `linesearch` has to be null.
 */
export const lbfgs = built(
  'optax.lbfgs',
  [{ learningRate: 'hyper', memorySize: 'number', scaleInitPrecond: 'flag', linesearch: 'optimizer' }],
  (options: Lbfgs = {}) => {
    const { learningRate = null, linesearch = byDefault() } = options
    return chain(
      precondition('optax.lbfgs', options),
      learningRate === null ? scale({ stepSize: -1 }) : scaleByLearningRate({ learningRate }),
      ...(linesearch === null ? [] : [linesearch]),
    )
  },
)

const byDefault = (): Optimizer => scaleByZoomLinesearch({ maxLinesearchSteps: 20, initialGuessStrategy: 'one' })
