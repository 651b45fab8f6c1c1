import type { Tensor } from '@tensorflow/tfjs-core'
import { select } from '../expr/expr.js'
import { mistake } from '../failure.js'
import { elementwise } from './elementwise.js'
import { logDecay, positive } from './logistic.js'

/**
 * Losses, element by element: of predictions (or logits) and targets, which are broadcast together and may be numbers, a float32
 * tensor that the caller reduces, `huber(y, target).mean()`. Each is one fused kernel with derivatives of any order, by both.
 */
type Operand = Tensor | number

const between = (who: string, name: string, value: number, least: number, most: number): number => {
  if (value >= least && value <= most) return value
  const range = most === Number.POSITIVE_INFINITY ? `${name} ≥ ${least}` : `${least} ≤ ${name} ≤ ${most}`
  throw mistake(who, `${name} is ${value}`, range)
}

const huberOf = elementwise((prediction, target, delta) => {
  const r = prediction.sub(target)
  const far = r.abs()
  return select(far.le(delta), r.square().mul(0.5), far.sub(delta.mul(0.5)).mul(delta))
}, 'huber')

/**
 * r²/2 where |r| ≤ δ, δ (|r| − δ/2) beyond; r = prediction − target, δ = 1 if not given. Its slope is r, clipped to ±δ.
 *
 * Huber 1964, "Robust estimation of a location parameter".
 *
 * @throws where δ is negative.
 */
export const huber = (prediction: Operand, target: Operand, { delta = 1 }: { readonly delta?: number } = {}): Tensor =>
  huberOf(prediction, target, between('huber', 'delta', delta, 0, Number.POSITIVE_INFINITY))

/**
 * log cosh r, r = prediction − target: r²/2 near 0, |r| − log 2 far away. Its slope is tanh r.
 *
 * As |r| + log(1 + e^(−2|r|)) − log 2, and by four terms of its series below 0.2, where these cancel.
 */
export const logCosh = elementwise((prediction, target) => {
  const r = prediction.sub(target)
  const s = r.square()
  const series = s
    .mul(-17 / 2520)
    .add(1 / 45)
    .mul(s)
    .sub(1 / 12)
    .mul(s)
    .add(1 / 2)
    .mul(s)
  return select(
    r.abs().lt(0.2),
    series,
    r
      .abs()
      .add(logDecay(r.mul(2)))
      .sub(Math.LN2),
  )
}, 'logCosh')

/**
 * −y log σ(x) − (1 − y) log(1 − σ(x)) of logits x and targets y in [0, 1], as max(x, 0) − x y + log(1 + e^(−|x|)): exact for
 * logits of any size. Its slope by x is σ(x) − y.
 */
export const binaryCrossEntropy = elementwise(
  (logits, targets) => positive(logits).sub(logits.mul(targets)).add(logDecay(logits)),
  'binaryCrossEntropy',
)

const focalOf = elementwise((x, y, alpha, gamma) => {
  const shared = logDecay(x)
  // −log σ(x) and −log σ(−x); (1 − p)^γ = e^(γ log(1 − p)) has no slope that is infinite.
  const [ifOne, ifZero] = [positive(x).sub(x).add(shared), positive(x).add(shared)]
  const one = ifZero.mul(gamma).neg().exp().mul(ifOne).mul(y.mul(alpha))
  const zero = ifOne
    .mul(gamma)
    .neg()
    .exp()
    .mul(ifZero)
    .mul(y.neg().add(1).mul(alpha.neg().add(1)))
  return one.add(zero)
}, 'focal')

export interface Focal {
  /** The weight of the targets that are 1, in [0, 1]: 0.25; those that are 0 have 1 − α. */
  readonly alpha?: number
  /** How much what is predicted well counts for less; 0 for not at all: 2. */
  readonly gamma?: number
}

/**
 * −α_t (1 − p_t)^γ log p_t of logits x and targets y: p_t = σ(x) and α_t = α where y is 1, p_t = 1 − σ(x) and α_t = 1 − α where it is 0,
 * and in between, the mean of the two by y.
 *
 * Lin et al. 2017, "Focal loss for dense object detection", arXiv 1708.02002, equation 5.
 *
 * @throws where α is not in [0, 1] or γ is negative.
 */
export const focal = (logits: Operand, targets: Operand, { alpha = 0.25, gamma = 2 }: Focal = {}): Tensor =>
  focalOf(
    logits,
    targets,
    between('focal', 'alpha', alpha, 0, 1),
    between('focal', 'gamma', gamma, 0, Number.POSITIVE_INFINITY),
  )
