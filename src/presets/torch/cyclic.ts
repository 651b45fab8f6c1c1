import { check } from '../../schedule/check.js'
import { triangular, triangular2 } from '../../schedule/cyclical.js'
import { finite, nonNegative, positive } from '../../schedule/range.js'
import type { Schedule } from '../../schedule/schedule.js'
import { clamped, counted } from '../count.js'
import { geometric } from '../geometric.js'
import { callable, flag, oneOf } from '../option.js'
import { scheduler, writes } from './scheduler.js'

/**
 * PyTorch's `CyclicLR`, and the momentum that it cycles against the rate.
 * https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.CyclicLR.html
 */
interface Cycles {
  /** Counts from the bottom to the top. */
  readonly stepSizeUp?: number
  /** Counts back; as many as up, if nothing is said. */
  readonly stepSizeDown?: number | null
  /** As high in each cycle; half as high as in the last one; or gamma^count as high. */
  readonly mode?: 'triangular' | 'triangular2' | 'exp_range'
  readonly gamma?: number
  /** How high it swings, in place of `mode`: a function of the cycle, which is 1 at first, or of the count. */
  readonly scaleFn?: ((x: number) => number) | null
  readonly scaleMode?: 'cycle' | 'iterations'
  readonly cycleMomentum?: boolean
  readonly baseMomentum?: number
  readonly maxMomentum?: number
}

/**
 * `CyclicLR`: from `baseLr` up to `maxLr` and back. The optimizer's own lr plays no part.
 *
 * PyTorch writes the momentum that it cycles into the optimizer; here it is `cyclicMomentum`, a schedule of its own.
 */
export const cyclicLR = (
  options: Cycles & { readonly baseLr: number; readonly maxLr: number; readonly lr?: number },
): Schedule => {
  const { baseLr, maxLr } = options
  check('torch.cyclicLR', nonNegative, { baseLr, maxLr })
  const swing = swinging('torch.cyclicLR', options)
  return scheduler(
    'cyclicLR',
    [options],
    writes((count) => clamped(baseLr + (maxLr - baseLr) * swing(count))),
  )
}

/**
 * The momentum of `CyclicLR`, a schedule for an optimizer's `beta` or `b1`: `maxMomentum` where the rate is lowest, and
 * down to `baseMomentum` where it is highest. It takes the same options.
 */
export const cyclicMomentum = (
  options: Cycles & { readonly baseLr?: number; readonly maxLr?: number; readonly lr?: number },
): Schedule => {
  const { baseMomentum = 0.8, maxMomentum = 0.9 } = options
  check('torch.cyclicMomentum', finite, { baseMomentum, maxMomentum })
  const swing = swinging('torch.cyclicMomentum', options)
  return counted('torch.cyclicMomentum', [options], (count) =>
    clamped(maxMomentum - (maxMomentum - baseMomentum) * swing(count)),
  )
}

const MODES = ['triangular', 'triangular2', 'exp_range']

/** How far it is up, 0 to 1. */
const swinging = (who: string, options: Cycles): Schedule => {
  const { stepSizeUp = 2000, mode = 'triangular', gamma = 1, scaleMode = 'cycle', cycleMomentum = true } = options
  const stepSizeDown = options.stepSizeDown ?? stepSizeUp
  const scaleFn = options.scaleFn ?? undefined
  check(who, positive, { stepSizeUp, stepSizeDown })
  check(who, nonNegative, { gamma })
  flag(who, { cycleMomentum })
  if (scaleFn) callable(who, { scaleFn })
  else oneOf(who, MODES, { mode })
  oneOf(who, ['cycle', 'iterations'], { scaleMode })

  const unit = { from: 0, to: 1, up: stepSizeUp, down: stepSizeDown }
  if (scaleFn === undefined && mode === 'triangular2') return triangular2(unit)
  const height = triangular(unit)
  if (scaleFn === undefined && mode === 'triangular') return height
  const scale = scaleFn ?? geometric(1, gamma)
  if (scaleFn === undefined || scaleMode === 'iterations') return (count) => height(count) * scale(count)
  const size = stepSizeUp + stepSizeDown
  return (count) => height(count) * scale(1 + Math.floor(count / size))
}
