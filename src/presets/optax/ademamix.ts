import { built } from '../../built.js'
import { ademamixMoments } from '../../rule/ademamix.js'
import { formula } from '../../rule/formula.js'
import { named } from '../../rule/fuse.js'
import { descent } from '../../rule/lr.js'
import { fromRule } from '../../rule/rule.js'
import { simplifiedAdemamixMoments } from '../../rule/simplifiedademamix.js'
import { fraction, nonNegative } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import { type Betas, betaKinds, type Masked, maskedKinds, type Rated } from './adam.js'
import { decayed } from './decayed.js'

/**
 * Optax 0.2.9's AdEMAMix and the simplified one, https://optax.readthedocs.io/en/latest/api/contrib.html#optax.contrib.ademamix: ours,
 * with an epsilon inside the root too, √(v̂ + epsRoot) + eps. Schedules of b3 and alpha are on our clock, as all are.
 */
interface Simplified extends Betas {
  readonly alpha?: Hyper
}

interface ScaleByAdemamix extends Simplified {
  readonly b3?: Hyper
}

const mixing = (who: string, options: ScaleByAdemamix) => {
  const { b1 = 0.9, b2 = 0.999, b3 = 0.9999, alpha = 6, eps = 1e-8, epsRoot = 0 } = options
  return formula({
    name: who,
    hyper: { b1, b2, b3, alpha, eps, epsRoot },
    range: { b1: fraction, b2: fraction, eps: nonNegative, epsRoot: nonNegative },
    slots: { m1: 0, m2: 0, v: 0 },
    step: ({ eps, epsRoot, ...symbols }) => {
      const { slots, mixed, vHat } = ademamixMoments(symbols)
      return { ...slots, delta: mixed.div(vHat.add(epsRoot).sqrt().add(eps)) }
    },
  })
}

const simplified = (who: string, { b1 = 0.99, b2 = 0.95, alpha = 0, eps = 1e-8, epsRoot = 0 }: Simplified) =>
  formula({
    name: who,
    hyper: { b1, b2, alpha, eps, epsRoot },
    range: { b2: fraction, eps: nonNegative, epsRoot: nonNegative },
    slots: { m: 0, v: 0 },
    step: ({ eps, epsRoot, ...symbols }) => {
      const { slots, mixed, vHat } = simplifiedAdemamixMoments(symbols)
      return { ...slots, delta: mixed.div(vHat.add(epsRoot).sqrt().add(eps)) }
    },
  })

const kinds = { ...betaKinds, alpha: 'hyper' } as const
const whole = { learningRate: 'hyper!', ...maskedKinds } as const

/** `optax.contrib.scale_by_ademamix`. */
export const scaleByAdemamix = built(
  'optax.scaleByAdemamix',
  [{ ...kinds, b3: 'hyper' }],
  (options: ScaleByAdemamix = {}) => fromRule(mixing('optax.scaleByAdemamix', options)),
)

/** `optax.contrib.ademamix`, whose `alpha` is 5 if nothing is said. */
export const ademamix = built(
  'optax.ademamix',
  [{ ...whole, ...kinds, b3: 'hyper' }],
  ({ learningRate, alpha = 5, weightDecay = 0, mask = null, ...options }: ScaleByAdemamix & Rated & Masked) => {
    const name = 'optax.ademamix'
    const decay = decayed(name, weightDecay, mask)
    return named(name, mixing(name, { ...options, alpha }), decay, descent(learningRate))
  },
)

/** `optax.contrib.scale_by_simplified_ademamix`. */
export const scaleBySimplifiedAdemamix = built('optax.scaleBySimplifiedAdemamix', [kinds], (options: Simplified = {}) =>
  fromRule(simplified('optax.scaleBySimplifiedAdemamix', options)),
)

/** `optax.contrib.simplified_ademamix`. */
export const simplifiedAdemamix = built(
  'optax.simplifiedAdemamix',
  [{ ...whole, ...kinds }],
  ({ learningRate, weightDecay = 0, mask = null, ...options }: Simplified & Rated & Masked) => {
    const name = 'optax.simplifiedAdemamix'
    return named(name, simplified(name, options), decayed(name, weightDecay, mask), descent(learningRate))
  },
)
