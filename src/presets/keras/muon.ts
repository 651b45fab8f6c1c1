import { built } from '../../built.js'
import { brief, mistake } from '../../failure.js'
import { chain } from '../../optimizer/chain.js'
import { overFrobenius, type Quintic, repeated } from '../../optimizer/newtonschulz.js'
import type { Optimizer } from '../../optimizer/optimizer.js'
import { orthogonal } from '../../optimizer/orthogonal.js'
import { split } from '../../optimizer/split.js'
import { addDecayedWeights } from '../../rule/decay.js'
import { scaleByLr } from '../../rule/lr.js'
import { rule } from '../../rule/rule.js'
import { check } from '../../schedule/check.js'
import { fraction, wholeFrom } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import { whereOf } from '../../where.js'
import { flag } from '../option.js'
import { adam } from './adam.js'
import { kerasApart } from './apart.js'
import { type KerasOptimizer, kerasKinds } from './optimizer.js'

interface Muon extends KerasOptimizer {
  readonly adamBeta1?: Hyper
  readonly adamBeta2?: Hyper
  readonly adamWeightDecay?: Hyper | null
  readonly epsilon?: Hyper
  /** Patterns of JavaScript's regular expressions: a path that one of them is found in is Adam's. */
  readonly excludeLayers?: readonly string[] | null
  /** Paths with "embedding" in them are Adam's. */
  readonly excludeEmbeddings?: boolean
  readonly muonA?: number
  readonly muonB?: number
  readonly muonC?: number
  /** Of Adam's rate to the learning rate. */
  readonly adamLrRatio?: Hyper
  readonly momentum?: Hyper
  readonly nsSteps?: number
  readonly nesterov?: boolean
  /** null is 1, and no root of the length. */
  readonly rmsRate?: number | null
}

const kinds = {
  adamBeta1: 'hyper',
  adamBeta2: 'hyper',
  adamWeightDecay: 'hyper',
  epsilon: 'hyper',
  excludeLayers: 'any',
  excludeEmbeddings: 'flag',
  muonA: 'number',
  muonB: 'number',
  muonC: 'number',
  adamLrRatio: 'hyper',
  momentum: 'hyper',
  nsSteps: 'number',
  nesterov: 'flag',
  rmsRate: 'number',
} as const

const NAME = 'keras.muon'

/**
 * Keras 3.15.1's `Muon`, https://keras.io/api/optimizers/muon/: what is no matrix, is excluded or an embedding is left to Keras's
 * Adam, with a decay of its own.
 *
 *     m ← momentum · m + g
 *     O = Newton and Schulz's iteration from g + momentum · m, or m, over ‖·‖ + 1e-7
 *     Δθ = −learningRate · (√max(rows, columns) · rmsRate · O + weightDecay · θ)
 */
export const muon = built(NAME, [{ ...kerasKinds, ...kinds }], (options: Muon = {}) => {
  const { learningRate = 0.001, weightDecay = 0.004, adamWeightDecay = 0.004, adamLrRatio = 1 } = options
  const { adamBeta1: beta1 = 0.9, adamBeta2: beta2 = 0.999, epsilon = 1e-7 } = options
  const decaying = (rate: Hyper | null) => decayOf(rate, options)
  const stepOf = (rate: Hyper): Optimizer => {
    const matrices = chain(directionOf(options), ...decaying(weightDecay), scaleByLr(rate))
    const others = chain(
      adam({ learningRate: 1, beta1, beta2, epsilon }),
      rule({
        name: 'adamLrRatio',
        hyper: { adamLrRatio },
        step: ({ g, adamLrRatio }) => ({ delta: g.mul(adamLrRatio).neg() }),
      }),
      ...decaying(adamWeightDecay),
      scaleByLr(rate),
    )
    return split(NAME, isMatrix(options), matrices, others)
  }
  return kerasApart(NAME, stepOf, { ...options, learningRate, weightDecay: null })
})

const directionOf = (options: Muon) => {
  const { momentum = 0.95, nsSteps = 5, nesterov = true, rmsRate = 0.2 } = options
  const { muonA = 3.4445, muonB = -4.775, muonC = 2.0315 } = options
  flag(NAME, { nesterov })
  check(NAME, wholeFrom(0), { nsSteps })
  const step: Quintic = [muonA, muonB, muonC]
  return orthogonal({
    name: NAME,
    hyper: { momentum },
    range: { momentum: fraction },
    moment: ({ momentum }) => ({
      kept: momentum,
      taken: 1,
      ...(nesterov ? { ofMoment: momentum, ofGradient: 1 } : { ofMoment: 1, ofGradient: 0 }),
    }),
    steps: repeated(nsSteps, step),
    bounded: () => overFrobenius(1e-7),
    factor: (_, rows, columns) => (rmsRate === null ? 1 : Math.sqrt(Math.max(rows, columns)) * rmsRate),
  })
}

const decayOf = (weightDecay: Hyper | null, { excludeFromWeightDecay }: Muon): readonly Optimizer[] => {
  if (weightDecay === null) return []
  if (excludeFromWeightDecay === undefined) return [addDecayedWeights({ weightDecay })]
  const excludes = whereOf(NAME, excludeFromWeightDecay)
  return [addDecayedWeights({ weightDecay, where: (path) => !excludes(path) })]
}

const isMatrix = ({ excludeLayers, excludeEmbeddings = true }: Muon) => {
  flag(NAME, { excludeEmbeddings })
  const excluded = expressions(excludeLayers ?? [])
  return ({ length }: readonly number[], path: string): boolean =>
    length === 2 &&
    !(excludeEmbeddings && path.toLowerCase().includes('embedding')) &&
    !excluded.some((pattern) => pattern.test(path))
}

const expressions = (patterns: unknown): readonly RegExp[] => {
  try {
    if (Array.isArray(patterns) && patterns.every((one) => typeof one === 'string'))
      return patterns.map((pattern) => new RegExp(pattern))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw mistake(NAME, `excludeLayers has a pattern that is none: ${error.message}`)
  }
  throw mistake(NAME, `excludeLayers is ${brief(patterns)}`, 'a list of patterns')
}
