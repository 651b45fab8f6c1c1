import { built } from '../../built.js'
import type { Optimizer } from '../../optimizer/optimizer.js'
import type { Adam, Moments } from '../../rule/adam.js'
import { formula } from '../../rule/formula.js'
import { named } from '../../rule/fuse.js'
import { descent } from '../../rule/lr.js'
import { complement, debias, ema } from '../../rule/moment.js'
import { fromRule } from '../../rule/rule.js'
import { check } from '../../schedule/check.js'
import { finite, fraction, nonNegative } from '../../schedule/range.js'
import { type Betas, betaKinds, type Rated } from './adam.js'

/**
 * Optax 0.2.9's Yogi, https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.yogi: both moments start at
 * `initialAccumulatorValue`, and the biases of both are corrected as if they had started at 0.
 *
 *     v ← v − (1 − b2) · sign(v − g²) · g²
 *     Δθ = −learningRate · m̂ / (√(v̂ + epsRoot) + eps)
 */
interface ScaleByYogi extends Betas {
  readonly initialAccumulatorValue?: number
}

const direction = (who: string, options: ScaleByYogi) => {
  const { b1 = 0.9, b2 = 0.999, eps = 0.001, epsRoot = 0, initialAccumulatorValue = 1e-6 } = options
  check(who, finite, { initialAccumulatorValue })
  return formula({
    name: who,
    hyper: { b1, b2, eps, epsRoot },
    range: { b1: fraction, b2: fraction, eps: nonNegative, epsRoot: nonNegative },
    slots: { m: initialAccumulatorValue, v: initialAccumulatorValue },
    step: ({ g, t, b1, b2, eps, epsRoot, ...slot }) => {
      const m = ema(b1, slot.m, g)
      const square = g.square()
      const v = slot.v.sub(slot.v.sub(square).sign().mul(square).mul(complement(b2)))
      const root = debias(b2, v, t).add(epsRoot).sqrt()
      return { m, v, delta: debias(b1, m, t).div(root.add(eps)) }
    },
  })
}

/** `optax.scale_by_yogi`. */
export const scaleByYogi = built(
  'optax.scaleByYogi',
  [{ ...betaKinds, initialAccumulatorValue: 'number' }],
  (options: ScaleByYogi = {}) => fromRule(direction('optax.scaleByYogi', options)) as Optimizer<Moments>,
)

/** `optax.yogi`. */
export const yogi = built(
  'optax.yogi',
  [{ learningRate: 'hyper!', b1: 'hyper', b2: 'hyper', eps: 'hyper' }],
  ({ learningRate, ...options }: Adam & Rated) =>
    named<Moments>('optax.yogi', direction('optax.yogi', options), descent(learningRate)),
)
