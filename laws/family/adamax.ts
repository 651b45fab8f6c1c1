import fc from 'fast-check'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import { at, descended, each, mean, weights } from '../arithmetic/averages.js'
import { below } from '../claim/bounded.js'
import { type History, histories, vectors } from '../drawn/gradients.js'
import { type Law, law } from '../law.js'
import { lr, made } from '../run/made.js'
import { alike, rounding, run } from '../run/run.js'
import type { AdamOptions } from './adam.js'

/**
 * What AdaMax promises. Kingma & Ba 2015, Algorithm 2, https://arxiv.org/abs/1412.6980
 *
 *     uₜ = maxᵢ β₂ᵗ⁻ⁱ |gᵢ|          i = 1 … t
 *     Δₜ = −lrₜ · m̂ₜ / uₜ           m̂ₜ = Σᵢ β₁ᵗ⁻ⁱ gᵢ / Σᵢ β₁ᵗ⁻ⁱ
 *
 * The paper (section 7.1) says |Δ| ≤ lr. But |gᵢ| ≤ uₜ / β₂ᵗ⁻ⁱ only, and so
 *
 *     |m̂ₜ| / uₜ ≤ Σᵢ (β₁/β₂)ᵗ⁻ⁱ / Σᵢ β₁ᵗ⁻ⁱ
 *
 * which is what it is where gᵢ = β₂ⁱ. At 0.9 and 0.999 it goes to 1.0091.
 */
export const adamaxBound = ({ lr, b1, b2 }: Omit<AdamOptions, 'eps'>, t: number): number =>
  (at(lr, t) * weights(b1 / b2, t)) / weights(b1, t)

const b1 = fc.constantFrom(0.5, 0.9)
const b2 = fc.constantFrom(0.5, 0.999)
const theta = vectors({ zero: 'nowhere' })

/** u, from the definition. */
const largest = (b2: number, gradients: History): History =>
  gradients.map((last, t) =>
    last.map((_, k) => Math.max(...gradients.slice(0, t + 1).map((g, i) => b2 ** (t - i) * Math.abs(g[k] as number)))),
  )

/**
 * Of one's own AdaMax, by its options. `eps` is 0 but where steps are compared with a bound: PyTorch and Optax add it to |g|, Keras and
 * TensorFlow.js to u.
 */
export const adamax = (make: (options: AdamOptions) => Optimizer): readonly Law[] => {
  const of = made(make)
  return [
    law({
      name: 'AdaMax divides by the largest gradient',
      equation: 'Δₜ = −lrₜ · m̂ₜ / maxᵢ β₂ᵗ⁻ⁱ |gᵢ|, m̂ₜ = Σᵢ β₁ᵗ⁻ⁱ gᵢ / Σᵢ β₁ᵗ⁻ⁱ',
      words:
        'The largest so far, each having faded by β₂ a step, and m̂ freed of its 0: at ε = 0, where no first gradient is.',
      given: fc.record({ lr, b1, b2, gradients: histories({ zero: 'later', max: 12 }), theta }),
      holds: ({ gradients, theta, ...options }) => {
        const mine = of({ ...options, eps: 0 })
        const expected = each((m, u) => m / u, mean(options.b1, gradients), largest(options.b2, gradients))
        alike(run(mine, gradients, { theta }), descended(options.lr, expected), rounding(mine))
      },
    }),
    law({
      name: 'AdaMax within its sharp bound',
      equation: '|Δₜ| ≤ lrₜ · Σ (β₁/β₂)ᵏ / Σ β₁ᵏ, k = 0 … t − 1',
      words: 'No step of an element is longer, whatever the gradients are, but for rounding; lr itself is no bound.',
      given: fc.record({ lr, b1, b2, eps: fc.constantFrom(1, 1e-8), gradients: histories({ max: 12 }), theta }),
      holds: ({ gradients, theta, ...options }) => {
        const mine = of(options)
        below((t) => adamaxBound(options, t), run(mine, gradients, { theta }), rounding(mine))
      },
    }),
    law({
      name: 'AdaMax reaches its sharp bound',
      equation: 'gᵢ = g · β₂ⁱ ⇒ Δₜ = −sign(g) · lrₜ · Σ (β₁/β₂)ᵏ / Σ β₁ᵏ',
      words: 'Where gradients fall as fast as u does, all steps are as long as can be: at ε = 0.',
      given: fc.record({ lr, b1, b2, g: vectors({ zero: 'nowhere' }), steps: fc.integer({ min: 1, max: 12 }) }),
      holds: ({ g, steps, ...options }) => {
        const mine = of({ ...options, eps: 0 })
        const gradients = Array.from({ length: steps }, (_, i) => g.map((x) => x * options.b2 ** i))
        const longest = gradients.map((_, i) => g.map((x) => -Math.sign(x) * adamaxBound(options, i + 1)))
        alike(run(mine, gradients), longest, rounding(mine))
      },
    }),
  ]
}
