import { built } from '../../built.js'
import { clippedByUnit } from '../../optimizer/adaptiveclip.js'
import { axes, centralized } from '../../optimizer/centralize.js'
import { nonNegative } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'

/** Optax 0.2.9's transformations that look at axes, https://optax.readthedocs.io/en/latest/api/transformations.html */

interface AdaptiveGradClip {
  readonly clipping: Hyper
  readonly eps?: Hyper
  /** As the rank says, where it is null. */
  readonly axis?: number | readonly number[] | null
}

/** `optax.adaptive_grad_clip`: ours, but that a gradient's norm is taken to be 1e-6 at least. */
export const adaptiveGradClip = built(
  'optax.adaptiveGradClip',
  [{ clipping: 'hyper!', eps: 'hyper', axis: 'any' }],
  ({ clipping, eps = 1e-3, axis = null }: AdaptiveGradClip) => {
    const options = { limit: clipping, eps, ...(axis !== null && { axes: axis }) }
    return clippedByUnit('optax.adaptiveGradClip', options, nonNegative, 1e-6)
  },
)

/** `optax.centralize`: less the mean over all axes but the first. */
export const centralize = built('optax.centralize', [], () =>
  centralized('optax.centralize', ({ length }) => axes(1, length)),
)
