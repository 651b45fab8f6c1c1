import { built } from '../../built.js'
import { adanMoments } from '../../rule/adan.js'
import { formula } from '../../rule/formula.js'
import { named } from '../../rule/fuse.js'
import { descent } from '../../rule/lr.js'
import { fromRule } from '../../rule/rule.js'
import { fraction, nonNegative } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import { type Betas, betaKinds, type Masked, maskedKinds, type Rated } from './adam.js'
import { decayed } from './decayed.js'

/**
 * Optax 0.2.9's Adan, https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.adan: an epsilon inside the root too, and a decay
 * that is added to the direction,
 *
 *     Δθ = −learningRate · ((m̂ + (1 − b2) · v̂) / (√(n̂ + epsRoot) + eps) + weightDecay · θ)
 */
interface ScaleByAdan extends Betas {
  readonly b3?: Hyper
}

const direction = (who: string, { b1 = 0.98, b2 = 0.92, b3 = 0.99, eps = 1e-8, epsRoot = 0 }: ScaleByAdan) =>
  formula({
    name: who,
    hyper: { b1, b2, b3, eps, epsRoot },
    range: { b1: fraction, b2: fraction, b3: fraction, eps: nonNegative, epsRoot: nonNegative },
    slots: { m: 0, v: 0, n: 0, before: 0 },
    step: ({ eps, epsRoot, ...symbols }) => {
      const { slots, numerator, nHat } = adanMoments(symbols)
      return { ...slots, delta: numerator.div(nHat.add(epsRoot).sqrt().add(eps)) }
    },
  })

const kinds = { ...betaKinds, b3: 'hyper' } as const

/** `optax.scale_by_adan`. */
export const scaleByAdan = built('optax.scaleByAdan', [kinds], (options: ScaleByAdan = {}) =>
  fromRule(direction('optax.scaleByAdan', options)),
)

/** `optax.adan`, whose `epsRoot` is 1e-8 if nothing is said. */
export const adan = built(
  'optax.adan',
  [{ learningRate: 'hyper!', ...kinds, ...maskedKinds }],
  ({ learningRate, epsRoot = 1e-8, weightDecay = 0, mask = null, ...options }: ScaleByAdan & Rated & Masked) => {
    const name = 'optax.adan'
    const decay = decayed(name, weightDecay, mask)
    return named(name, direction(name, { ...options, epsRoot }), decay, descent(learningRate))
  },
)
