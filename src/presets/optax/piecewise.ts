import { brief, mistake } from '../../failure.js'
import { check } from '../../schedule/check.js'
import { piecewise, piecewiseCosine, piecewiseLinear } from '../../schedule/piecewise.js'
import { finite, nonNegative, positive, wholeFrom } from '../../schedule/range.js'
import type { Schedule } from '../../schedule/schedule.js'
import { atCount, clamped, counted } from '../count.js'
import { oneOf } from '../option.js'

/**
 * Optax's schedules by boundaries, at each of which the value is multiplied by a scale: { 10: 0.5, 25: 0.1 }.
 * https://optax.readthedocs.io/en/latest/api/optimizer_schedules.html
 */
type BoundariesAndScales = { readonly [boundary: number]: number }

/** `piecewise_constant_schedule`: the value from a boundary on is that before it, times its scale. */
export const piecewiseConstantSchedule = (options: {
  readonly initValue: number
  readonly boundariesAndScales?: BoundariesAndScales | null
}): Schedule => {
  const { initValue, boundariesAndScales } = options
  const who = 'optax.piecewiseConstantSchedule'
  const { at, values } = scaled(who, initValue, boundariesAndScales)
  return counted(who, [options], atCount(piecewise({ at, values })))
}

/**
 * `piecewise_interpolate_schedule`: from 0 to the first boundary it goes from `initValue` to that times the first scale, and
 * so on: the values of `piecewiseConstantSchedule` are reached at the boundaries. `interpolateType` is 'linear' or 'cosine'.
 */
export const piecewiseInterpolateSchedule = (options: {
  readonly interpolateType: 'linear' | 'cosine'
  readonly initValue: number
  readonly boundariesAndScales?: BoundariesAndScales | null
}): Schedule => {
  const { interpolateType, initValue, boundariesAndScales } = options
  const who = 'optax.piecewiseInterpolateSchedule'
  oneOf(who, ['linear', 'cosine'], { interpolateType })
  return counted(who, [options], interpolated(who, interpolateType, initValue, boundariesAndScales))
}

interface OneCycle {
  readonly transitionSteps: number
  readonly peakValue: number
  readonly pctStart?: number
  readonly divFactor?: number
  readonly finalDivFactor?: number
}

/**
 * `cosine_onecycle_schedule`: from peak / divFactor to the peak at ⌊pctStart · steps⌋, and down to peak / (divFactor · finalDivFactor).
 *
 * Boundaries are whole numbers, as in Optax; PyTorch's and our `schedule.oneCycle`'s are not.
 */
export const cosineOnecycleSchedule = (options: OneCycle): Schedule => {
  const who = 'optax.cosineOnecycleSchedule'
  const { steps, from, peakAt, divFactor, finalDivFactor } = cycle(who, options)
  const boundaries = { [peakAt]: divFactor, [steps]: 1 / (divFactor * finalDivFactor) }
  return counted(who, [options], interpolated(who, 'cosine', from, boundaries))
}

/**
 * `linear_onecycle_schedule`: from peak / divFactor to the peak at ⌊pctStart · steps⌋, back at ⌊pctFinal · steps⌋, and down to
 * that / finalDivFactor.
 *
 * Of two boundaries that fall on one count, where there are few steps, only the later one's scale is left, as in Optax: the
 * peak is then missed.
 */
export const linearOnecycleSchedule = (options: OneCycle & { readonly pctFinal?: number }): Schedule => {
  const { pctFinal = 0.85 } = options
  const who = 'optax.linearOnecycleSchedule'
  const { steps, from, peakAt, divFactor, finalDivFactor } = cycle(who, options)
  check(who, nonNegative, { pctFinal })
  const boundaries = {
    [peakAt]: divFactor,
    [Math.floor(pctFinal * steps)]: 1 / divFactor,
    [steps]: 1 / finalDivFactor,
  }
  return counted(who, [options], interpolated(who, 'linear', from, boundaries))
}

const cycle = (who: string, options: OneCycle) => {
  const { transitionSteps: steps, peakValue, pctStart = 0.3, divFactor = 25, finalDivFactor = 1e4 } = options
  check(who, wholeFrom(1), { transitionSteps: steps })
  check(who, finite, { peakValue })
  check(who, nonNegative, { pctStart })
  check(who, positive, { divFactor, finalDivFactor })
  return { steps, from: peakValue / divFactor, peakAt: Math.floor(pctStart * steps), divFactor, finalDivFactor }
}

const interpolated = (
  who: string,
  type: 'linear' | 'cosine',
  initValue: number,
  boundaries: BoundariesAndScales | null | undefined,
): Schedule => {
  const { at, values } = scaled(who, initValue, boundaries)
  const points = at[0] === 0 ? { at, values: values.slice(1) } : { at: [0, ...at], values }
  return type === 'linear' ? piecewiseLinear(points) : piecewiseCosine(points)
}

/** The boundaries in rising order, and the value before, between and after them. */
const scaled = (who: string, initValue: number, boundaries: BoundariesAndScales | null | undefined) => {
  check(who, finite, { initValue })
  if (typeof (boundaries ?? {}) !== 'object')
    throw mistake(who, `boundariesAndScales is ${brief(boundaries)}`, 'an object of scales by boundary')
  const at: number[] = []
  const values = [initValue]
  const entries = Object.entries(boundaries ?? {}).map(([boundary, scale]) => [Number(boundary), scale] as const)
  for (const [boundary, scale] of entries.sort(([a], [b]) => a - b)) {
    check(who, wholeFrom(0), { 'a boundary of boundariesAndScales': boundary })
    check(who, nonNegative, { [`boundariesAndScales[${boundary}]`]: scale })
    at.push(boundary)
    values.push(clamped((values.at(-1) as number) * scale))
  }
  return { at, values }
}
