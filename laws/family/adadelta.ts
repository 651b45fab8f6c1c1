import fc from 'fast-check'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import type { Hyper } from '../../src/schedule/schedule.js'
import { descended, fromZero, squares } from '../arithmetic/averages.js'
import { type History, histories, type Vector, vectors } from '../drawn/gradients.js'
import { type Law, law } from '../law.js'
import { lr, made } from '../run/made.js'
import { alike, rounding, run, scaled } from '../run/run.js'

/**
 * What Adadelta promises. Zeiler 2012, Algorithm 1, https://arxiv.org/abs/1212.5701
 *
 *     vₜ = (1 − ρ) · Σᵢ ρᵗ⁻ⁱ gᵢ²          i = 1 … t: with the newest gradient
 *     uₜ = (1 − ρ) · Σᵢ ρᵗ⁻ⁱ dᵢ²          u₀ = 0
 *     dₜ = √(uₜ₋₁ + ε) / √(vₜ + ε) · gₜ    by the u of before
 *     Δₜ = −lrₜ · dₜ
 *
 * "Correct units" are these: a loss c times as large has v and dₜ · √v c² times as large, but the ε over the line is a θ², the one under it
 * a g². Where both are one number, c · gs and c² · ε make each dₜ c times as long: by induction u is c² times as large, and so
 * √(c²(u + ε)) / √(c²(v + ε)) · c · g.
 */
export interface AdadeltaOptions {
  readonly lr: Hyper
  readonly rho: number
  readonly eps: number
}

const rho = fc.constantFrom(0.5, 0.95)
const eps = fc.constantFrom(1, 1e-6)
const theta = vectors({ zero: 'nowhere' })

/** d, from the definition. */
const directions = (rho: number, eps: number, gradients: History): History => {
  const v = fromZero(rho, squares(gradients))
  const made: Vector[] = []
  for (const [i, g] of gradients.entries()) {
    const u = made.length === 0 ? g.map(() => 0) : (fromZero(rho, squares(made)).at(-1) as Vector)
    made.push(g.map((x, k) => (Math.sqrt((u[k] as number) + eps) / Math.sqrt((v[i]?.[k] as number) + eps)) * x))
  }
  return made
}

/** Of one's own Adadelta, by its options. */
export const adadelta = (make: (options: AdadeltaOptions) => Optimizer): readonly Law[] => {
  const of = made(make)
  return [
    law({
      name: 'Adadelta is a ratio of root mean squares',
      equation:
        'dₜ = √(uₜ₋₁ + ε) / √(vₜ + ε) · gₜ, uₜ = (1 − ρ) · Σᵢ ρᵗ⁻ⁱ dᵢ², vₜ = (1 − ρ) · Σᵢ ρᵗ⁻ⁱ gᵢ² ⇒ Δₜ = −lrₜ · dₜ',
      words: 'Of the steps before this one, without their lr, and of the gradients up to this one.',
      given: fc.record({ lr, rho, eps, gradients: histories(), theta }),
      holds: ({ gradients, theta, ...options }) => {
        const mine = of(options)
        const expected = descended(options.lr, directions(options.rho, options.eps, gradients))
        alike(run(mine, gradients, { theta }), expected, rounding(mine))
      },
    }),
    law({
      name: 'the ε of Adadelta is a square',
      equation: 'Δ(c · gs) at c² · ε = c · Δ(gs) at ε',
      words:
        'Over the line and under it: with gradients c times as large, c > 0, and an ε c² times as large, the steps are c times as long.',
      given: fc.record({ rho, c: fc.constantFrom(2, 0.5), gradients: histories() }),
      holds: ({ rho, c, gradients }) => {
        const [mine, other] = [of({ lr: 1, rho, eps: 1 }), of({ lr: 1, rho, eps: c * c })]
        alike(run(other, scaled(c, gradients)), scaled(c, run(mine, gradients)), rounding(mine))
      },
    }),
  ]
}
