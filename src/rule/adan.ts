import { built } from '../built.js'
import type { Expr } from '../expr/expr.js'
import { fraction, nonNegative } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import { whereOf } from '../where.js'
import type { Adam } from './adam.js'
import type { Decay } from './decay.js'
import { complement, debias, ema } from './moment.js'
import { rule } from './rule.js'

/**
 * Adan: Nesterov's momentum for adaptive methods. Xie, Zhou, Li, Lin & Yan 2022, Algorithm 1, https://arxiv.org/abs/2208.06677
 *
 *     d = g − before,  before ← g          before is the last gradient; d = 0 at first
 *     m ← b1 · m + (1 − b1) · g
 *     v ← b2 · v + (1 − b2) · d
 *     n ← b3 · n + (1 − b3) · (g + (1 − b2) · d)²
 *     u = (m̂ + (1 − b2) · v̂) / (√n̂ + eps)          m̂ = m / (1 − b1ᵗ), v̂ = v / (1 − b2ᵗ), n̂ = n / (1 − b3ᵗ)
 *     θ ← (θ − lr · u) / (1 + lr · weightDecay)          the decay where `where` says so
 *
 * Where we differ: the paper's β is our 1 − b; averages are freed of their first 0, as in its authors' code. Optax decays by
 * lr · weightDecay · θ, and has 1e-8 inside the root too.
 */
export const adan = built(
  'adan',
  [{ lr: 'hyper', b1: 'hyper', b2: 'hyper', b3: 'hyper', eps: 'hyper', weightDecay: 'hyper', where: 'where' }],
  ({ lr = 0.001, b1 = 0.98, b2 = 0.92, b3 = 0.99, eps = 1e-8, weightDecay = 0, where }: Adan = {}) => {
    const decays = where === undefined ? undefined : whereOf('adan', where)
    return rule({
      name: 'adan',
      hyper: { lr, b1, b2, b3, eps, weightDecay },
      range: { lr: nonNegative, b1: fraction, b2: fraction, b3: fraction, eps: nonNegative, weightDecay: nonNegative },
      leaf: decays && { decayed: (path) => (decays(path) ? 1 : 0) },
      slots: { m: 0, v: 0, n: 0, before: 0 },
      step: ({ theta, lr, eps, weightDecay, decayed, ...symbols }) => {
        const { slots, numerator, nHat } = adanMoments(symbols)
        const decay = lr.mul(decays ? weightDecay.mul(decayed) : weightDecay)
        const u = numerator.div(nHat.sqrt().add(eps))
        return { ...slots, delta: u.mul(lr).add(theta.mul(decay)).div(decay.add(1)).neg() }
      },
    })
  },
)

/** Adan's slots after a gradient, and what its direction is made of. */
export const adanMoments = ({ g, t, b1, b2, b3, m, v, n, before }: Symbols) => {
  const d = t.gt(1).select(g.sub(before), 0)
  const slots = {
    m: ema(b1, m, g),
    v: ema(b2, v, d),
    n: ema(b3, n, g.add(d.mul(complement(b2))).square()),
    before: g,
  }
  const ahead = debias(b2, slots.v, t).mul(complement(b2))
  return { slots, numerator: debias(b1, slots.m, t).add(ahead), nHat: debias(b3, slots.n, t) }
}

type Symbols = Readonly<Record<'g' | 't' | 'b1' | 'b2' | 'b3' | 'm' | 'v' | 'n' | 'before', Expr>>

export interface Adan extends Adam, Partial<Decay> {
  readonly lr?: Hyper
  readonly b3?: Hyper
}
