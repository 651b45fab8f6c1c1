import { mul, scalar, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { built } from '../built.js'
import { mistake } from '../failure.js'
import { checkStep, fitted } from '../kernel/kernel.js'
import { check } from '../schedule/check.js'
import { shrinking, wholeFrom } from '../schedule/range.js'
import { add, entries, rebuild } from '../tree.js'
import { inner } from './inner.js'
import { escaping } from './leafwise.js'
import type { Optimizer, Point } from './optimizer.js'
import { tensorFrame } from './tensorframe.js'
import { type Wolfe, wolfe } from './wolfe.js'

/**
 * Stretches or shortens a step until it satisfies the strong Wolfe conditions; the last of a chain.
 *
 *     Δθ ← a · Δθ          a as in `wolfe.ts`, 1 at first
 *
 * Losses and gradients come from `evaluate` of `update`'s last argument: at θ, and at each of up to `maxSteps` others. Where no step
 * with a low enough loss was found, Δθ is 0. Without `evaluate` the step is left as it is.
 */
export interface LineSearch {
  readonly maxSteps?: number
  /** How much of the decrease that the slope promises there has to be. */
  readonly decrease?: number
  /** How much of the slope may be left. */
  readonly curvature?: number
}

export const lineSearch = built(
  'lineSearch',
  [{ maxSteps: 'number', decrease: 'number', curvature: 'number' }],
  ({ maxSteps = 20, decrease = 1e-4, curvature = 0.9 }: LineSearch = {}): Optimizer<{}> => {
    check('lineSearch', wholeFrom(1), { maxSteps })
    check('lineSearch', shrinking, { decrease, curvature })
    const options = { ...PLAIN, maxSteps, decrease, curvature }
    return {
      init: () => ({}),
      update: (_, grad, t, at) =>
        escaping(() => {
          const { step, low } = at?.evaluate ? searched('lineSearch', grad, t, at, options) : { step: 1, low: true }
          return [{}, scaled(grad, low ? step : 0)] as const
        }),
    }
  },
)

const PLAIN = { first: 1, longest: Infinity, growth: 2, slack: 1e-6, tolerance: 0, precision: 1e-5 }

/**
 * The same, where `evaluate` has to be there, a step that is not low enough is made all the same, and, with `keep`, the first step
 * that is tried is the last update's.
 */
export const zoom = (name: string, options: Wolfe, keep: boolean): Optimizer<{ readonly step: Tensor }> => ({
  init: () => ({ step: scalar(1) }),
  update: (state, grad, t, at) => {
    if (!at?.evaluate) throw mistake(name, 'evaluate is missing', 'it in the fourth argument: { params, evaluate }')
    return escaping(() => {
      const first = keep ? (state.step.dataSync()[0] as number) : options.first
      const { step } = searched(name, grad, t, at, { ...options, first })
      return [{ step: scalar(step) }, scaled(grad, step)] as const
    })
  },
})

/** Of the line from θ along a step. */
const searched = <P>(name: string, delta: P, t: number, at: Point<P>, options: Wolfe) => {
  checkStep(name, t)
  const frame = tensorFrame(name, 'params', at.params)
  const direction = fitted(name, 'grad', frame, delta) as readonly Tensor[]
  const height = (params: P) => {
    const [value, grad] = (at.evaluate as NonNullable<Point<P>['evaluate']>)(params)
    const slope = inner(fitted(name, "evaluate's gradient", frame, grad) as readonly Tensor[], direction)
    return { value, slope: slope.dataSync()[0] as number }
  }
  const start = height(at.params)
  const there = (step: number) => {
    let found = start
    tidy(() => {
      found = height(add(at.params, scaled(delta, step)))
    })
    return found
  }
  return wolfe(there, start, options)
}

const scaled = <P>(tree: P, factor: number): P =>
  rebuild(
    tree,
    entries(tree).map(([, x]) => mul(x as Tensor, factor)),
  ) as P
