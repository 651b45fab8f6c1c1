import { built } from '../../built.js'
import { scaledByFactors } from '../../optimizer/adafactor.js'
import type { Shape } from '../../optimizer/leafwise.js'
import { check } from '../../schedule/check.js'
import { wholeFrom } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import { callable, flag } from '../option.js'
import { ema } from './accumulation.js'
import { scaleByParamBlockRms } from './block.js'
import { clipByBlockRms } from './clip.js'
import { addDecayedWeights } from './decayedweights.js'
import type { Mask } from './mask.js'
import { chain } from './plain.js'
import { scale, scaleByLearningRate } from './scale.js'

interface FactoredRms {
  readonly factored?: boolean
  readonly decayRate?: Hyper
  readonly stepOffset?: Hyper
  readonly minDimSizeToFactor?: number
  readonly epsilon?: Hyper
  readonly decayRateFn?: (step: number, decayRate: number) => number
}

const factoredRms = (who: string, options: FactoredRms) => {
  const { factored = true, decayRate = 0.8, stepOffset = 0, minDimSizeToFactor = 128, epsilon = 1e-30 } = options
  const { decayRateFn = power } = options
  flag(who, { factored })
  callable(who, { decayRateFn })
  check(who, wholeFrom(0), { minDimSizeToFactor })
  const axes = (shape: Shape) => (factored ? longest(shape, minDimSizeToFactor) : undefined)
  const beta = (t: number): number => decayRateFn(t - 1 - at(stepOffset, t), at(decayRate, t))
  return scaledByFactors(who, { beta, eps: epsilon }, axes)
}

const power = (step: number, decayRate: number): number => 1 - (step + 1) ** -decayRate
const at = (hyper: Hyper, t: number): number => (typeof hyper === 'number' ? hyper : hyper(t))

/** The longest axis and the next one; of axes of one length the last. */
const longest = (shape: Shape, least: number): readonly [number, number] | undefined => {
  const order = shape.map((_, i) => i).sort((i, j) => (shape[j] as number) - (shape[i] as number) || j - i)
  const [first, second] = order
  if (first === undefined || second === undefined || (shape[second] as number) < least) return undefined
  return [first, second]
}

/**
 * `optax.scale_by_factored_rms` of 0.2.9: g / √v, with v ← β · v + (1 − β) · (g² + epsilon) of the two longest axes as the product
 * of a mean over each, where the shorter of them is `minDimSizeToFactor` at least.
 *
 *     β = 1 − (t − stepOffset)^−decayRate          or decayRateFn(t − 1 − stepOffset, decayRate)
 *
 * https://optax.readthedocs.io/en/latest/api/transformations.html#optax.scale_by_factored_rms
 */
export const scaleByFactoredRms = built(
  'optax.scaleByFactoredRms',
  [
    {
      factored: 'flag',
      decayRate: 'hyper',
      stepOffset: 'hyper',
      minDimSizeToFactor: 'number',
      epsilon: 'hyper',
      decayRateFn: 'function',
    },
  ],
  (options: FactoredRms = {}) => factoredRms('optax.scaleByFactoredRms', options),
)

interface Adafactor {
  /** Null is 1. */
  readonly learningRate?: Hyper | null
  readonly minDimSizeToFactor?: number
  readonly decayRate?: Hyper
  readonly decayOffset?: Hyper
  readonly multiplyByParameterScale?: boolean
  readonly clippingThreshold?: Hyper | null
  readonly momentum?: Hyper | null
  readonly weightDecayRate?: Hyper | null
  readonly eps?: Hyper
  readonly factored?: boolean
  readonly weightDecayMask?: Mask | null
}

/**
 * `optax.adafactor` of 0.2.9, https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.adafactor: the decay is not multiplied
 * with the learning rate.
 *
 *     u = g / √v, clipped to an rms of clippingThreshold
 *     u ← u · learningRate · max(rms(θ), 1e-3)
 *     m ← momentum · m + (1 − momentum) · u          m stands for u
 *     Δθ = −(u + weightDecayRate · θ)
 */
export const adafactor = built(
  'optax.adafactor',
  [
    {
      learningRate: 'hyper',
      minDimSizeToFactor: 'number',
      decayRate: 'hyper',
      decayOffset: 'hyper',
      multiplyByParameterScale: 'flag',
      clippingThreshold: 'hyper',
      momentum: 'hyper',
      weightDecayRate: 'hyper',
      eps: 'hyper',
      factored: 'flag',
      weightDecayMask: 'tree',
    },
  ],
  (options: Adafactor = {}) => {
    const { learningRate = null, decayOffset = 0, multiplyByParameterScale = true, clippingThreshold = 1 } = options
    const { momentum = null, weightDecayRate = null, eps = 1e-30, weightDecayMask = null } = options
    const { minDimSizeToFactor = 128, decayRate = 0.8, factored = true } = options
    flag('optax.adafactor', { multiplyByParameterScale })
    const rms = { minDimSizeToFactor, decayRate, factored, stepOffset: decayOffset, epsilon: eps }
    return chain(
      factoredRms('optax.adafactor', rms),
      ...(clippingThreshold === null ? [] : [clipByBlockRms({ threshold: clippingThreshold })]),
      ...(learningRate === null ? [] : [scaleByLearningRate({ learningRate, flipSign: false })]),
      ...(multiplyByParameterScale ? [scaleByParamBlockRms()] : []),
      ...(momentum === null ? [] : [ema({ decay: momentum, debias: false })]),
      ...(weightDecayRate === null ? [] : [addDecayedWeights({ weightDecay: weightDecayRate, mask: weightDecayMask })]),
      scale({ stepSize: -1 }),
    )
  },
)
