import { div, less, maximum, mul, sqrt, square, sum, type Tensor, where } from '@tensorflow/tfjs-core'
import { built } from '../built.js'
import { mistake } from '../failure.js'
import { nonNegative, positive, type Range } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import { axes } from './centralize.js'
import { leafwise, type Shape } from './leafwise.js'

/**
 * Adaptive gradient clipping: no unit's gradient is more than a part of the unit itself. Brock et al. 2021, equation 3,
 * https://arxiv.org/abs/2102.06171
 *
 *     most = limit · max(‖θᵢ‖, eps)
 *     gᵢ ← gᵢ · most / ‖gᵢ‖          where ‖gᵢ‖ ≥ most; gᵢ elsewhere
 *
 * A unit i is what leads to one output: its norm is over all axes but the last. Of a tensor of rank 3, taken as a projection to
 * heads, it is over the first axis alone; a vector, a scalar, and what is one but for axes of length 1, is a unit itself. `axes` are
 * others, the same for every leaf; negative ones count from the end.
 */
export interface AdaptiveClip {
  readonly limit?: Hyper
  readonly eps?: Hyper
  readonly axes?: number | readonly number[]
}

export const adaptiveClip = built(
  'adaptiveClip',
  [{ limit: 'hyper', eps: 'hyper', axes: 'any' }],
  (options: AdaptiveClip = {}) => clippedByUnit('adaptiveClip', options, positive, 0),
)

/** `floor` is what a gradient's norm is taken to be at least, where it divides. */
export const clippedByUnit = (
  name: string,
  { limit = 0.01, eps = 1e-3, axes: given }: AdaptiveClip,
  range: Range,
  floor: number,
) =>
  leafwise({
    name,
    hyper: { limit, eps },
    range: { limit: range, eps: nonNegative },
    slots: {},
    step: ({ path, g, theta, hyper: { limit, eps } }) => {
      const over = given === undefined ? unitAxes(g.shape) : checked(name, path, g.shape, given)
      const norm = (x: Tensor) => sqrt(sum(square(x), [...over], true))
      const gradient = norm(g)
      const most = mul(maximum(norm(theta), eps), limit)
      return { delta: mul(g, where(less(gradient, most), 1, div(most, maximum(gradient, floor)))) }
    },
  })

const unitAxes = (shape: Shape): readonly number[] => {
  const rank = shape.length
  if (shape.filter((n) => n !== 1).length <= 1) return axes(0, rank)
  return axes(0, rank <= 3 ? 1 : rank - 1)
}

const checked = (name: string, path: string, shape: Shape, given: number | readonly number[]): readonly number[] => {
  const list = typeof given === 'number' ? [given] : given
  const rank = shape.length
  for (const axis of list)
    if (!Number.isInteger(axis) || axis < -rank || axis >= rank)
      throw mistake(name, `axis ${axis} of leaf "${path}", which is [${shape}]`, `−${rank} ≤ axis < ${rank}`)
  return list.map((axis) => (axis < 0 ? axis + rank : axis))
}
