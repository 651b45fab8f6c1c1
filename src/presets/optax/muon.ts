import { built } from '../../built.js'
import { brief, mistake } from '../../failure.js'
import { chain } from '../../optimizer/chain.js'
import type { Shape } from '../../optimizer/leafwise.js'
import {
  almostOrthogonal,
  type Bound,
  JORDAN,
  overFrobenius,
  overSchatten,
  overSpectral,
  type Quintic,
  repeated,
} from '../../optimizer/newtonschulz.js'
import { type Axes, orthogonal } from '../../optimizer/orthogonal.js'
import { split } from '../../optimizer/split.js'
import { check } from '../../schedule/check.js'
import { fraction, nonNegative, wholeFrom } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import { flag, oneOf } from '../option.js'
import { adamw } from './adam.js'
import { addDecayedWeights } from './decayedweights.js'
import { axesOf, type DimensionNumbers, type Dimensions, numbersAt } from './dimensions.js'
import type { Mask } from './mask.js'
import { scaleByLearningRate } from './scale.js'

/**
 * Optax 0.2.9's `contrib.muon` and `contrib.scale_by_muon`.
 * https://optax.readthedocs.io/en/latest/api/contrib.html#optax.contrib.muon
 *
 *     m ← beta · m + (1 − beta) · g
 *     u = m / (1 − betaᵗ)
 *     u = beta · m / (1 − betaᵗ⁺¹) + (1 − beta) · g / (1 − betaᵗ)          where `nesterov`
 *     scaleByMuon:  g ← O, from u by Newton and Schulz's iteration; · ⟨u, O⟩ where `adaptive`
 *     muon:         Δθ = −learningRate · (√max(1, outputs / inputs) · O + weightDecay · θ)
 *
 * or, of `muon`, with consistentRms · √max(inputs, outputs). Leaves that are no matrices are `optax.adamw`'s.
 */
interface ScaleByMuon {
  /** Coefficients of all iterations, or of each: then there are as many as rows, and at most `nsSteps`; or the name of such. */
  readonly nsCoeffs?: Quintic | readonly Quintic[] | 'standard' | 'dion'
  readonly nsSteps?: number
  readonly beta?: Hyper
  readonly eps?: Hyper
  readonly nesterov?: boolean
  readonly adaptive?: boolean
  readonly preconditioning?: Preconditioning
}

type Preconditioning = 'frobenius' | 'spectral' | 'aol' | 'schatten'

const DION: readonly Quintic[] = [
  [4.0848, -6.8946, 2.927],
  [3.9505, -6.3029, 2.6377],
  [3.7418, -5.5913, 2.3037],
  [2.8769, -3.1427, 1.2046],
  [2.8366, -3.0525, 1.2012],
]

const KINDS = {
  nsCoeffs: 'any',
  nsSteps: 'number',
  beta: 'hyper',
  eps: 'hyper',
  nesterov: 'flag',
  adaptive: 'flag',
  preconditioning: ['frobenius', 'spectral', 'aol', 'schatten'],
} as const

const stepsOf = (who: string, coefficients: NonNullable<ScaleByMuon['nsCoeffs']>, n: number): readonly Quintic[] => {
  check(who, wholeFrom(0), { nsSteps: n })
  if (coefficients === 'standard') return repeated(n)
  const table: unknown = coefficients === 'dion' ? DION : coefficients
  if (isQuintic(table)) return repeated(n, table)
  if (!Array.isArray(table) || !table.every(isQuintic))
    throw mistake(who, `nsCoeffs is ${brief(table)}`, "three numbers, a list of such, 'standard' or 'dion'")
  if (table.length > n) throw mistake(who, `nsCoeffs has ${table.length} rows`, `${n} at most, which is nsSteps`)
  return table
}

const isQuintic = (x: unknown): x is Quintic =>
  Array.isArray(x) && x.length === 3 && x.every((c) => typeof c === 'number' && Number.isFinite(c))

/** The bounds that are part of the first iteration have an eps of their own, and are not applied where there is none. */
const boundOf = (kind: Preconditioning, eps: number, steps: number): Bound => {
  if (kind === 'frobenius') return overFrobenius(eps)
  if (kind === 'spectral') return overSpectral(eps)
  if (steps === 0) return (x) => x
  return kind === 'aol' ? almostOrthogonal(1e-8) : overSchatten(1e-8)
}

type Factor = (inputs: number, outputs: number, rms: number) => number

const direction = (
  who: string,
  options: ScaleByMuon,
  axes: (shape: Shape, path: string) => Axes,
  factor: Factor,
  consistentRms: Hyper = 0,
) => {
  const { nsCoeffs = JORDAN, nsSteps = 5, beta = 0.95, eps = 1e-8 } = options
  const { nesterov = true, adaptive = false, preconditioning = 'frobenius' } = options
  flag(who, { nesterov, adaptive })
  oneOf(who, KINDS.preconditioning, { preconditioning })
  const steps = stepsOf(who, nsCoeffs, nsSteps)
  return orthogonal({
    name: who,
    hyper: { beta, eps, consistentRms },
    range: { beta: fraction, eps: nonNegative },
    moment: ({ beta }, t) => ({
      kept: beta,
      taken: 1 - beta,
      ofMoment: nesterov ? beta / (1 - beta ** (t + 1)) : 1 / (1 - beta ** t),
      ofGradient: nesterov ? (1 - beta) / (1 - beta ** t) : 0,
    }),
    steps,
    bounded: ({ eps }) => boundOf(preconditioning, eps, steps.length),
    adaptive,
    axes,
    factor: ({ consistentRms }, inputs, outputs) => factor(inputs, outputs, consistentRms),
  })
}

/** `optax.contrib.scale_by_muon`. All leaves are matrices; those of another rank than 2 need `weightDimensionNumbers`. */
export const scaleByMuon = built(
  'optax.scaleByMuon',
  [{ ...KINDS, weightDimensionNumbers: 'tree' }],
  ({ weightDimensionNumbers = null, ...options }: ScaleByMuon & { weightDimensionNumbers?: Dimensions } = {}) => {
    const who = 'optax.scaleByMuon'
    const axes = (shape: Shape, path: string): Axes => {
      const plain = weightDimensionNumbers === null && shape.length === 2
      const numbers = plain ? {} : numbersAt(who, weightDimensionNumbers, path)
      if (numbers) return axesOf(who, numbers, shape, path)
      throw mistake(who, `leaf "${path}" is [${shape}]`, 'a matrix, or its weightDimensionNumbers')
    }
    return direction(who, options, axes, () => 1)
  },
)

interface Muon extends ScaleByMuon {
  readonly learningRate: Hyper
  readonly weightDecay?: Hyper
  readonly weightDecayMask?: Mask | null
  readonly adamB1?: Hyper
  readonly adamB2?: Hyper
  readonly adamEpsRoot?: Hyper
  readonly adamWeightDecay?: Hyper
  /** `learningRate`, where it is null. */
  readonly adamLearningRate?: Hyper | null
  /** Matrices are the leaves of rank 2, where it is null. */
  readonly muonWeightDimensionNumbers?: Dimensions
  readonly consistentRms?: Hyper | null
}

/** `optax.contrib.muon`. */
export const muon = built(
  'optax.muon',
  [
    {
      learningRate: 'hyper!',
      ...KINDS,
      weightDecay: 'hyper',
      weightDecayMask: 'tree',
      adamB1: 'hyper',
      adamB2: 'hyper',
      adamEpsRoot: 'hyper',
      adamWeightDecay: 'hyper',
      adamLearningRate: 'hyper',
      muonWeightDimensionNumbers: 'tree',
      consistentRms: 'hyper',
    },
  ],
  (options: Muon) => {
    const who = 'optax.muon'
    const { learningRate, weightDecay = 0, weightDecayMask = null, consistentRms = null } = options
    const { muonWeightDimensionNumbers: dimensions = null, adamLearningRate = null } = options
    const { adamB1: b1 = 0.9, adamB2: b2 = 0.999, adamEpsRoot: epsRoot = 0, adamWeightDecay = 0 } = options
    const { eps = 1e-8, nesterov = true } = options
    const numbers = (shape: Shape, path: string): DimensionNumbers | null => {
      if (dimensions === null) return shape.length === 2 ? {} : null
      return numbersAt(who, dimensions, path)
    }
    const axes = (shape: Shape, path: string) => axesOf(who, numbers(shape, path) ?? {}, shape, path)
    const factor: Factor =
      consistentRms === null
        ? (inputs, outputs) => Math.sqrt(Math.max(1, outputs / inputs))
        : (inputs, outputs, rms) => Math.sqrt(Math.max(inputs, outputs)) * rms
    const matrices = chain(
      direction(who, options, axes, factor, consistentRms ?? 0),
      addDecayedWeights({ weightDecay, mask: weightDecayMask }),
      scaleByLearningRate({ learningRate }),
    )
    const rate = adamLearningRate ?? learningRate
    const others = adamw({ learningRate: rate, b1, b2, eps, epsRoot, weightDecay: adamWeightDecay, nesterov })
    return split(who, (shape, path) => numbers(shape, path) !== null, matrices, others)
  },
)
