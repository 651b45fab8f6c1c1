import fc from 'fast-check'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import { descended, each, fromZero, squares } from '../arithmetic/averages.js'
import { type Epsilon, root } from '../arithmetic/root.js'
import { histories, vectors } from '../drawn/gradients.js'
import { type Law, law } from '../law.js'
import { Broken } from '../refuted.js'
import { lr, made } from '../run/made.js'
import { alike, rounding, run } from '../run/run.js'
import type { RmspropOptions } from './rmsprop.js'

/**
 * What centered RMSprop promises. Graves 2013, equations 38–41, https://arxiv.org/abs/1308.0850
 *
 *     aₜ = (1 − α) · Σᵢ αᵗ⁻ⁱ gᵢ
 *     vₜ = (1 − α) · Σᵢ αᵗ⁻ⁱ gᵢ²          i = 1 … t
 *     Δₜ = −lrₜ · gₜ / √(vₜ − aₜ² + ε), or / (√(vₜ − aₜ²) + ε)
 *
 * By Cauchy and Schwarz aₜ² ≤ (1 − α) Σᵢ αᵗ⁻ⁱ · vₜ = (1 − αᵗ) · vₜ, so that the variance is at least αᵗ · vₜ. It is never negative, but for
 * rounding once αᵗ is that small: at α = 0.5, of the gradient 0.7, at the 54th step, by 2⁻⁵³ · vₜ. Where the gradient is 2¹⁷ times as
 * large that is more than an ε of 1e-8. Its root is NaN.
 */
const theta = vectors({ zero: 'nowhere' })

/** Of one's own, without momentum, by its options. Where ε is not under the root say so: `{ eps: 'outside' }`. */
export const rmspropCentered = (make: (options: RmspropOptions) => Optimizer, form: Epsilon = {}): readonly Law[] => {
  const of = made(make)
  return [
    law({
      name: 'centered RMSprop divides by the standard deviation',
      equation: `Δₜ = −lrₜ · gₜ / ${form.eps === 'outside' ? '(√(vₜ − aₜ²) + ε)' : '√(vₜ − aₜ² + ε)'}, aₜ = (1 − α) · Σᵢ αᵗ⁻ⁱ gᵢ, vₜ = (1 − α) · Σᵢ αᵗ⁻ⁱ gᵢ²`,
      words: 'Both means start at 0, and the newest gradient is in both.',
      given: fc.record({
        lr,
        alpha: fc.constantFrom(0.9, 0.5),
        eps: fc.constantFrom(1, 1e-8),
        gradients: histories(),
        theta,
      }),
      holds: ({ gradients, theta, ...options }) => {
        const mine = of(options)
        const [a, v] = [fromZero(options.alpha, gradients), fromZero(options.alpha, squares(gradients))]
        const directions = each((g, a, v) => g / root(form)(v - a * a, options.eps), gradients, a, v)
        alike(run(mine, gradients, { theta }), descended(options.lr, directions), rounding(mine))
      },
    }),
    law({
      name: 'centered RMSprop has a variance',
      equation: 'vₜ − aₜ² ≥ 0: Δₜ ∈ ℝ, and gₜ · Δₜ ≤ 0',
      words:
        'Also where a gradient is 0 for a while, and then the same for so long that nothing is left of the variance but rounding.',
      given: fc.record({ g: vectors(), quiet: fc.nat({ max: 2 }), steps: fc.integer({ min: 1, max: 32 }) }),
      edges: [{ g: [0.7, 1.1, 0.7 * 2 ** 17], quiet: 0, steps: 60 }],
      holds: ({ g, quiet, steps }) => {
        const mine = of({ lr: 1, alpha: 0.5, eps: 1e-8 })
        const gradients = Array.from({ length: quiet + steps }, (_, i) => (i < quiet ? g.map(() => 0) : g))
        for (const [i, step] of run(mine, gradients).entries())
          if (!step.every((x, k) => Number.isFinite(x) && x * (gradients[i]?.[k] as number) <= 0))
            throw new Broken(
              `Δ at t = ${i + 1}`,
              step,
              `numbers, none with the sign of g = [${gradients[i]?.join(', ')}]`,
            )
      },
    }),
  ]
}
