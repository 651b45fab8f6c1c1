import { built } from '../built.js'
import type { Expr } from '../expr/expr.js'
import { nonNegative, unit } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import { complement } from './moment.js'
import { rule } from './rule.js'

/**
 * MADGRAD: dual averaging with momentum. Defazio & Jelassi 2021, Algorithm 1, https://arxiv.org/abs/2101.11075
 *
 *     λ = lr · √t
 *     s ← s + λ · g
 *     v ← v + λ · g²
 *     z = start − s / (∛v + eps)          start is the first θ
 *     θ ← momentum · θ + (1 − momentum) · z          the paper's c is 1 − momentum
 *
 * Where we differ: its authors' code and Optax add eps to lr too.
 */
export const madgrad = built(
  'madgrad',
  [{ lr: 'hyper', momentum: 'hyper', eps: 'hyper' }],
  ({ lr = 0.01, momentum = 0.9, eps = 1e-6 }: Madgrad = {}) =>
    rule({
      name: 'madgrad',
      hyper: { lr, momentum, eps },
      range: { lr: nonNegative, momentum: unit, eps: nonNegative },
      slots: { s: 0, v: 0, start: 'theta' },
      step: ({ lr, ...symbols }) => madgradStep({ ...symbols, lambda: lr.mul(symbols.t.sqrt()) }),
    }),
)

export const madgradStep = ({ g, theta, lambda, momentum, eps, start, ...slot }: Symbols) => {
  const s = slot.s.add(g.mul(lambda))
  const v = slot.v.add(g.square().mul(lambda))
  const z = start.sub(s.div(v.pow(1 / 3).add(eps)))
  return { s, v, start, delta: z.sub(theta).mul(complement(momentum)) }
}

type Symbols = Readonly<Record<'g' | 'theta' | 'lambda' | 'momentum' | 'eps' | 's' | 'v' | 'start', Expr>>

export interface Madgrad {
  readonly lr?: Hyper
  readonly momentum?: Hyper
  readonly eps?: Hyper
}
