import { built } from '../built.js'
import { type Expr, sumOver } from '../expr/expr.js'
import { mistake } from '../failure.js'
import { around } from '../rule/around.js'
import { formula, perTree, type Rule, type Slot } from '../rule/formula.js'
import { norm } from '../rule/moment.js'
import { fromRule } from '../rule/rule.js'
import { check } from '../schedule/check.js'
import { nonNegative, positive, wholeFrom } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import type { Tensors } from '../tree.js'
import type { Optimizer } from './optimizer.js'
import { ruleOf } from './ruleof.js'

/**
 * Mechanic: learns by what factor the steps of an optimizer are to be multiplied. Cutkosky, Defazio & Mehta 2023,
 * Algorithm 1, https://arxiv.org/abs/2306.00144
 *
 *     S = Σ sᵢ                                             i = 1 … numBetas, βᵢ = 1 − 10⁻ⁱ
 *     h = ⟨D, g + weightDecay · S · ‖g‖ / (‖θ‖ + eps) · θ⟩    D: the sum of the inner steps before this one
 *     mᵢ ← max(βᵢ · mᵢ, |h|)
 *     vᵢ ← βᵢ² · vᵢ + h²
 *     rᵢ ← max(βᵢ · rᵢ − sᵢ · h, 0)                        what was won by going along D
 *     sᵢ ← (sInit / numBetas · mᵢ + rᵢ) / (√vᵢ + eps)
 *     D ← D + u                                            u: the step of the inner optimizer
 *     Δθ = S′ · D′ − S · D                                 so that θ is where it started plus S · D
 *
 * The inner optimizer's own rate may be anything, 1 for one; a schedule for its shape. The first update moves nothing. The
 * state is the pair of Mechanic's and the inner state; there is one slot an element, D.
 *
 * Where we differ: |h| in m, as in the authors' code: with h itself s would stay 0 while D descends. Optax also bounds h in r
 * by the old m, starts s at sInit, 1e-6, and computes D from θ and from where it started.
 *
 * @throws where the optimizer is no formula, or asks for its gradient, or is evaluated, elsewhere than at θ.
 */
export interface Mechanic {
  readonly weightDecay?: Hyper
  readonly eps?: Hyper
  /** The first factor, about. */
  readonly sInit?: number
  readonly numBetas?: number
}

export const mechanize = built(
  'mechanize',
  ['optimizer!', { weightDecay: 'hyper', eps: 'hyper', sInit: 'number', numBetas: 'number' }],
  <S>(optimizer: Optimizer<S>, options: Mechanic = {}): Optimizer<readonly [Readonly<Record<string, Tensors>>, S]> => {
    const { weightDecay = 0.01, eps = 1e-8, sInit = 1e-8, numBetas = 6 } = options
    check('mechanize', positive, { sInit })
    check('mechanize', wholeFrom(1), { numBetas })
    const tuner = (u: Expr): Rule =>
      formula({
        name: 'mechanize',
        hyper: { weightDecay, eps },
        range: { weightDecay: nonNegative, eps: nonNegative },
        slots: { D: 0, ...sums(numBetas, 0) },
        step: (symbols) => {
          const { g, theta, D, weightDecay, eps } = symbols
          const S = total(symbols, numBetas)
          const decay = weightDecay.mul(S).mul(norm('tree', g)).div(norm('tree', theta).add(eps))
          const h = sumOver('tree', D.mul(g)).add(decay.mul(sumOver('tree', D.mul(theta))))
          const next = eachBeta(symbols, numBetas, ({ m, v, r, s }, beta) => {
            const largest = m.mul(beta).max(h.abs())
            const squares = v.mul(beta ** 2).add(h.square())
            const reward = r.mul(beta).sub(s.mul(h)).max(0)
            const wealth = largest.mul(sInit / numBetas).add(reward)
            return { m: largest, v: squares, r: reward, s: wealth.div(squares.sqrt().add(eps)) }
          })
          const sum = D.add(u)
          return { ...next, D: sum, delta: sum.mul(total(next, numBetas)).sub(D.mul(S)) }
        },
      })
    return fromRule(around(formulaOf('mechanize', optimizer), tuner)) as Optimizer<
      readonly [Readonly<Record<string, Tensors>>, S]
    >
  },
)

/** The rule of an optimizer that is to be wrapped in another rule. */
export const formulaOf = (who: string, optimizer: Optimizer): Rule => {
  const rule = ruleOf(who, optimizer)
  if (optimizer.probe) throw mistake(who, 'the optimizer has a probe', 'one whose gradient is taken at θ')
  if (optimizer.readout) throw mistake(who, 'the optimizer has a readout', 'one that is evaluated at θ')
  return rule
}

const KINDS = ['m', 'v', 'r', 's'] as const
type Sums = Record<(typeof KINDS)[number], Expr>
type Terms = Readonly<Record<string, Expr>>

const indices = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i + 1)

/** The slots m1, v1, r1, s1, m2, …: one number a tree each. */
export const sums = (n: number, s: number): Readonly<Record<string, Slot>> =>
  Object.fromEntries(indices(n).flatMap((i) => KINDS.map((kind) => [`${kind}${i}`, perTree(kind === 's' ? s : 0)])))

/** Σ sᵢ. */
export const total = (terms: Terms, n: number): Expr =>
  indices(n)
    .map((i) => terms[`s${i}`] as Expr)
    .reduce((sum, s) => sum.add(s))

/** The next value of the four sums of each β. */
export const eachBeta = (terms: Terms, n: number, next: (now: Sums, beta: number) => Sums): Terms =>
  Object.fromEntries(
    indices(n).flatMap((i) => {
      const now = Object.fromEntries(KINDS.map((kind) => [kind, terms[`${kind}${i}`]])) as Sums
      return Object.entries(next(now, 1 - 0.1 ** i)).map(([kind, sum]) => [`${kind}${i}`, sum])
    }),
  )
