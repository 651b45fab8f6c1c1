import fc from 'fast-check'
import { at } from '../arithmetic/averages.js'
import type { Rated } from '../claim/rates.js'
import type { Vector } from '../drawn/gradients.js'
import { type Law, law } from '../law.js'
import { Broken } from '../refuted.js'
import { lr, made } from '../run/made.js'
import { alike, rounding } from '../run/run.js'
import { bowl, eighths, pathOf, trough } from '../run/surface.js'

/**
 * What gradient descent does on convex surfaces, of the function that makes it, `({ lr }) => Optimizer`, at rates up to 1.
 *
 *     in a bowl f = Σ hᵢ/2 · eᵢ², e = θ − center      e ← (1 − lr · h) · e
 *     where no curvature is above L, lr ≤ 1 / L       f(θ − lr · ∇f) ≤ f − lr · ‖∇f‖² + L/2 · lr² · ‖∇f‖² ≤ f − lr/2 · ‖∇f‖²
 */
export const gradientDescent = (make: Rated): readonly Law[] => {
  const of = made(make)
  return [
    law({
      name: 'an error 1 − lr · h times as large',
      equation: 'θₜ − c = (1 − lrₜ · h) ⋯ (1 − lr₁ · h) · (θ₀ − c)',
      words: 'In a bowl around c, of curvature h along each axis, each element for itself; but for rounding.',
      given: fc.record({ lr, curvature: eighths(0, 1.875), center: eighths(-4, 4), theta: eighths(-4, 4) }),
      holds: ({ lr, theta, ...shape }) => {
        const mine = of({ lr })
        const { curvature, center } = shape
        const { thetas } = pathOf(mine, bowl(shape), theta, STEPS)
        let x = theta
        const expected = thetas.slice(1).map((_, i) => {
          x = x.map((a, k) => {
            const c = center[k] as number
            return c + (1 - at(lr, i + 1) * (curvature[k] as number)) * (a - c)
          })
          return x
        })
        alike(thetas.slice(1), expected, rounding(mine), 'θ')
      },
    }),
    law({
      name: 'the descent lemma',
      equation: 'lr ≤ 1 / L ⇒ f(θ + Δ) ≤ f(θ) − lr/2 · ‖∇f(θ)‖²',
      words:
        'At each step down a convex surface that is nowhere curved more than L: a bowl, or one that is a cone far from its bottom.',
      given: fc.record({
        surface: fc.constantFrom('bowl' as const, 'trough' as const),
        lr,
        curvature: eighths(0, 1),
        center: eighths(-4, 4),
        theta: eighths(-4, 4),
      }),
      holds: ({ surface, lr, theta, ...shape }) => {
        const mine = of({ lr })
        const f = SURFACES[surface](shape)
        const { thetas } = pathOf(mine, f, theta, STEPS)
        const slack = rounding(mine) * (1 + f.height(theta))
        for (const [i, before] of thetas.slice(0, -1).entries()) {
          const after = f.height(thetas[i + 1] as Vector)
          const fall = (at(lr, i + 1) / 2) * f.slope(before).reduce((sum, g) => sum + g * g, 0)
          const most = f.height(before) - fall
          if (!(after <= most + slack)) throw new Broken(`f after t = ${i + 1}`, after, `at most ${most}`)
        }
      },
    }),
  ]
}

const STEPS = 8
const SURFACES = { bowl, trough }
