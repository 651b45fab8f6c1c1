import { expandDims, max, range, sum, Tensor, tidy } from '@tensorflow/tfjs-core'
import { type Expr, select } from '../expr/expr.js'
import { brief, mistake } from '../failure.js'
import { elementwise } from './elementwise.js'
import { stopGradient } from './stopgradient.js'

/** Of logits and the largest of their row, which they do not exceed. */
const shiftedExp = elementwise((x, largest) => x.sub(largest).exp(), 'crossEntropy')

const log = elementwise((x) => x.log(), 'crossEntropy')

/** −q log p, log p = x − largest − logSum; 0 where q is 0, however small p is. */
const cost = (x: Expr, largest: Expr, logSum: Expr, q: Expr): Expr =>
  select(q.eq(0), 0, logSum.sub(x.sub(largest)).mul(q))

/** q, the smoothed label, from a probability; or from the number of the row's class and that of the column. */
const ofProbability = elementwise(
  (x, largest, logSum, p, keep, spread) => cost(x, largest, logSum, p.mul(keep).add(spread)),
  'crossEntropy',
)
const ofNumber = elementwise(
  (x, largest, logSum, row, column, keep, spread) => cost(x, largest, logSum, row.eq(column).mul(keep).add(spread)),
  'crossEntropy',
)

export interface CrossEntropy {
  /** The part of each label that is spread over all classes, in [0, 1]: 0. */
  readonly smoothing?: number
}

/**
 * −Σₖ qₖ log softmax(x)ₖ over the last axis, q = (1 − s) label + s/K: softmax cross-entropy of logits [..., K], for each row, so
 * of shape [...]. Labels are either int32 class numbers of shape [...], each in 0 … K − 1 (another one counts as no class), or float32
 * probabilities of the logits' shape. The caller reduces: `crossEntropy(logits, labels).mean()`. The slope by x is
 * softmax(x) Σq − q; derivatives of any order. Logits of −∞ (a mask) are let through where q is 0.
 *
 * Label smoothing: Szegedy et al. 2016, "Rethinking the Inception architecture", arXiv 1512.00567, section 7.
 *
 * @throws where shapes do not fit, labels are neither, or s is not in [0, 1].
 */
export const crossEntropy = (logits: Tensor, labels: Tensor, { smoothing = 0 }: CrossEntropy = {}): Tensor => {
  const who = 'crossEntropy'
  if (!(logits instanceof Tensor)) throw mistake(who, `logits are ${brief(logits)}`, 'a tensor')
  if (!(labels instanceof Tensor)) throw mistake(who, `labels are ${brief(labels)}`, 'a tensor')
  const classes = logits.shape.at(-1)
  if (!classes) throw mistake(who, `logits are [${logits.shape}]`, 'rows of at least one class')
  if (!(smoothing >= 0 && smoothing <= 1)) throw mistake(who, `smoothing is ${smoothing}`, '0 ≤ smoothing ≤ 1')
  const asNumbers = labels.dtype === 'int32'
  if (!asNumbers && labels.dtype !== 'float32')
    throw mistake(who, `labels are ${labels.dtype}`, 'int32 class numbers or float32 probabilities')
  const expected = asNumbers ? logits.shape.slice(0, -1) : logits.shape
  if (labels.shape.join() !== expected.join())
    throw mistake(who, `${labels.dtype} labels are [${labels.shape}]`, `[${expected}]`)
  return tidy(() => {
    const largest = stopGradient(max(logits, -1, true))
    const logSum = log(sum(shiftedExp(logits, largest), -1, true))
    const [keep, spread] = [1 - smoothing, smoothing / classes]
    const costs = asNumbers
      ? ofNumber(logits, largest, logSum, expandDims(labels, -1), range(0, classes), keep, spread)
      : ofProbability(logits, largest, logSum, labels, keep, spread)
    return sum(costs, -1)
  })
}
