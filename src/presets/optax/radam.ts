import { built } from '../../built.js'
import type { Optimizer } from '../../optimizer/optimizer.js'
import type { Moments } from '../../rule/adam.js'
import { formula } from '../../rule/formula.js'
import { named } from '../../rule/fuse.js'
import { descent } from '../../rule/lr.js'
import { debias, ema } from '../../rule/moment.js'
import { rectified } from '../../rule/radam.js'
import { fromRule } from '../../rule/rule.js'
import { fraction, nonNegative } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import { flag } from '../option.js'
import { adamKinds, muHat, type Rated, type ScaleByAdam } from './adam.js'

/**
 * Optax 0.2.9's RAdam, https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.radam: rectified where ρ ≥
 * threshold, which is 5 if nothing else is said, and the options of its `adam`. ρ and r as in ours.
 *
 *     Δθ = −learningRate · r · m̂ / (√(v̂ + epsRoot) + eps)          where ρ ≥ threshold; −learningRate · m̂ elsewhere
 *
 * A threshold of less than 4 gives NaN, here as there, where ρ lies between the two.
 */
interface ScaleByRadam extends ScaleByAdam {
  readonly threshold?: Hyper
}

const direction = (who: string, options: ScaleByRadam) => {
  const { b1 = 0.9, b2 = 0.999, eps = 1e-8, epsRoot = 0, threshold = 5, nesterov = false } = options
  flag(who, { nesterov })
  return formula({
    name: who,
    hyper: { b1, b2, eps, epsRoot, threshold },
    range: { b1: fraction, b2: fraction, eps: nonNegative, epsRoot: nonNegative },
    slots: { m: 0, v: 0 },
    step: ({ g, t, b1, b2, eps, epsRoot, threshold, ...slot }) => {
      const m = ema(b1, slot.m, g)
      const v = ema(b2, slot.v, g.square())
      const mHat = muHat(nesterov, b1, m, g, t)
      const root = debias(b2, v, t).add(epsRoot).sqrt()
      const { rho, r } = rectified(b2, t)
      return { m, v, delta: rho.ge(threshold).select(mHat.mul(r).div(root.add(eps)), mHat) }
    },
  })
}

const kinds = { ...adamKinds, threshold: 'hyper' } as const

/** `optax.scale_by_radam`. */
export const scaleByRadam = built(
  'optax.scaleByRadam',
  [kinds],
  (options: ScaleByRadam = {}) => fromRule(direction('optax.scaleByRadam', options)) as Optimizer<Moments>,
)

/** `optax.radam`. */
export const radam = built(
  'optax.radam',
  [{ learningRate: 'hyper!', ...kinds }],
  ({ learningRate, ...options }: ScaleByRadam & Rated) =>
    named<Moments>('optax.radam', direction('optax.radam', options), descent(learningRate)),
)
