import { built } from '../../built.js'
import { sumOver } from '../../expr/expr.js'
import { eachBeta, formulaOf, sums, total } from '../../optimizer/mechanize.js'
import type { Optimizer } from '../../optimizer/optimizer.js'
import { around } from '../../rule/around.js'
import { formula } from '../../rule/formula.js'
import { norm } from '../../rule/moment.js'
import { fromRule } from '../../rule/rule.js'
import { check } from '../../schedule/check.js'
import { finite, nonNegative, wholeFrom } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import { displacement } from './single.js'

interface Mechanize {
  readonly baseOptimizer: Optimizer
  readonly weightDecay?: Hyper
  readonly eps?: Hyper
  readonly sInit?: number
  readonly numBetas?: number
}

/**
 * `optax.contrib.mechanize` of 0.2.9, around an optimizer that is a formula.
 * https://optax.readthedocs.io/en/latest/api/contrib.html#optax.contrib.mechanize
 *
 *     E = (θ − x0) / (S + eps)                 S = Σ sᵢ; x0: where θ started
 *     h = ⟨E, g + weightDecay · S · ‖g‖ / (‖θ‖ + eps) · θ⟩
 *     rᵢ ← βᵢ · rᵢ − sᵢ · max(−mᵢ, min(h, mᵢ))      the old mᵢ
 *     mᵢ ← max(βᵢ · mᵢ, |h| + eps)
 *     vᵢ ← βᵢ² · vᵢ + h²
 *     sᵢ ← (sInit / numBetas · mᵢ + max(rᵢ, 0)) / (√vᵢ + eps)
 *     D ← E + u                                u: the step of the base
 *     θ ← x0 + S′ · D′
 */
export const mechanize = built(
  'optax.mechanize',
  [{ baseOptimizer: 'optimizer!', weightDecay: 'hyper', eps: 'hyper', sInit: 'number', numBetas: 'number' }],
  ({ baseOptimizer, weightDecay = 1e-2, eps = 1e-8, sInit = 1e-6, numBetas = 6 }: Mechanize): Optimizer => {
    const who = 'optax.mechanize'
    check(who, finite, { sInit })
    check(who, wholeFrom(1), { numBetas })
    return fromRule(
      around(formulaOf(who, baseOptimizer), (u) =>
        formula({
          name: who,
          hyper: { weightDecay, eps },
          range: { eps: nonNegative },
          slots: { x0: 'theta', D: 0, ...sums(numBetas, sInit) },
          step: (symbols) => {
            const { g, theta, x0, D, weightDecay, eps } = symbols
            const S = total(symbols, numBetas)
            const E = displacement({ theta, x0, gone: D.mul(S) }).div(S.add(eps))
            const decay = weightDecay.mul(S).mul(norm('tree', g)).div(norm('tree', theta).add(eps))
            const h = sumOver('tree', g.add(theta.mul(decay)).mul(E))
            const next = eachBeta(symbols, numBetas, ({ m, v, r, s }, beta) => {
              const reward = r.mul(beta).sub(s.mul(h.max(m.neg()).min(m)))
              const largest = m.mul(beta).max(h.abs().add(eps))
              const squares = v.mul(beta ** 2).add(h.square())
              const wealth = largest.mul(sInit / numBetas).add(reward.max(0))
              return { m: largest, v: squares, r: reward, s: wealth.div(squares.sqrt().add(eps)) }
            })
            const sum = E.add(u)
            return { ...next, x0, D: sum, delta: x0.add(sum.mul(total(next, numBetas))).sub(theta) }
          },
        }),
      ),
    )
  },
)
