import fc from 'fast-check'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import type { Hyper } from '../../src/schedule/schedule.js'
import { at, descended, each, mean, squares, weights } from '../arithmetic/averages.js'
import { below } from '../claim/bounded.js'
import { type History, histories, type Vector, vectors } from '../drawn/gradients.js'
import { type Law, law } from '../law.js'
import { lr, made } from '../run/made.js'
import { alike, rounding, run, scaled, two } from '../run/run.js'

/**
 * What Adam promises, whoever wrote it. Kingma & Ba 2015, Algorithm 1, https://arxiv.org/abs/1412.6980. With the powers written out it is
 * a ratio of two weighted means of the past:
 *
 *     m̂ₜ = Σᵢ β₁ᵗ⁻ⁱ gᵢ  / Σᵢ β₁ᵗ⁻ⁱ
 *     v̂ₜ = Σᵢ β₂ᵗ⁻ⁱ gᵢ² / Σᵢ β₂ᵗ⁻ⁱ          i = 1 … t
 *     Δₜ = −lrₜ · m̂ₜ / (√v̂ₜ + ε)
 *
 * How long can a step be? With ρ = β₁²/β₂, Cauchy and Schwarz say
 *
 *     (Σᵢ β₁ᵗ⁻ⁱ gᵢ)² = (Σᵢ √ρᵗ⁻ⁱ · √β₂ᵗ⁻ⁱ gᵢ)² ≤ Σᵢ ρᵗ⁻ⁱ · Σᵢ β₂ᵗ⁻ⁱ gᵢ²
 *
 * and so |m̂ₜ|/√v̂ₜ is at most `adamBound`. The two sides are equal where √β₂ᵗ⁻ⁱ gᵢ is proportional to √ρᵗ⁻ⁱ, which is at every t where
 * gᵢ = (β₂/β₁)ⁱ: no smaller bound is true. At 0.9 and 0.999 it goes to 7.27 · lr; that of the textbooks, lr · max(1, (1 − β₁)/√(1 − β₂)),
 * is 3.16 · lr. An ε only makes steps shorter.
 */
export interface AdamOptions {
  readonly lr: Hyper
  readonly b1: number
  readonly b2: number
  readonly eps: number
}

/** The longest step of an element at t: lr · √(Σ β₂ᵏ) / Σ β₁ᵏ · √(Σ ρᵏ), ρ = β₁²/β₂, each sum over k < t. For b2 > 0. */
export const adamBound = ({ lr, b1, b2 }: Omit<AdamOptions, 'eps'>, t: number): number =>
  (at(lr, t) * Math.sqrt(weights(b2, t) * weights(b1 ** 2 / b2, t))) / weights(b1, t)

/** Δ of Adam, from the definition. */
export const ratio = ({ lr, b1, b2, eps }: AdamOptions, gradients: History): History =>
  descended(
    lr,
    each((m, v) => m / (Math.sqrt(v) + eps), mean(b1, gradients), mean(b2, squares(gradients))),
  )

const b1 = fc.constantFrom(0.5, 0.9)
const b2 = fc.constantFrom(0.25, 0.999)
const some = fc.constantFrom(1, 1e-8)
const theta = vectors({ zero: 'nowhere' })
const long = { max: 12 }

/** Of one's own Adam, by its options; lr is a schedule at times. What is no formula may be off by 1e-4. */
export const adam = (make: (options: AdamOptions) => Optimizer): readonly Law[] => {
  const of = made(make)
  const same = ({ gradients, theta, ...options }: AdamOptions & { gradients: History; theta: Vector }): void => {
    const mine = of(options)
    alike(run(mine, gradients, { theta, layout: two(3) }), ratio(options, gradients), rounding(mine))
  }
  return [
    law({
      name: 'Adam is a ratio of weighted means',
      equation: 'Δₜ = −lrₜ · m̂ₜ / √v̂ₜ, m̂ₜ = Σᵢ β₁ᵗ⁻ⁱ gᵢ / Σᵢ β₁ᵗ⁻ⁱ, v̂ₜ = Σᵢ β₂ᵗ⁻ⁱ gᵢ² / Σᵢ β₂ᵗ⁻ⁱ',
      words:
        'Of the gradients so far and of their squares, with lr as it is at t: where ε = 0, and no first gradient is.',
      given: fc.record({ lr, b1, b2, eps: fc.constant(0), gradients: histories({ zero: 'later', ...long }), theta }),
      holds: same,
    }),
    law({
      name: 'where the ε of Adam stands',
      equation: 'Δₜ = −lrₜ · m̂ₜ / (√v̂ₜ + ε)',
      words: 'It is added to the root of the corrected v̂, and not under it; nothing moves that had no gradient.',
      given: fc.record({ lr, b1, b2, eps: some, gradients: histories(long), theta }),
      holds: same,
    }),
    law({
      name: 'Adam at a constant gradient',
      equation: 'gs = (g, g, …) ⇒ Δₜ = −lrₜ · g / (|g| + ε)',
      words: 'At every t, whatever β₁ and β₂ are: the averages are freed of the 0 at which they start.',
      given: fc.record({ lr, b1, b2, eps: some, g: vectors(), steps: fc.integer({ min: 1, max: 12 }) }),
      holds: ({ g, steps, ...options }) => {
        const mine = of(options)
        const still = Array<Vector>(steps).fill(g)
        const expected = descended(
          options.lr,
          each((x) => x / (Math.abs(x) + options.eps), still),
        )
        alike(run(mine, still), expected, rounding(mine))
      },
    }),
    law({
      name: 'the ε of Adam has the unit of a gradient',
      equation: 'Δ(c · gs) at c · ε = Δ(gs) at ε',
      words: 'Not of its square: for a loss c times as large, c > 0, and an ε c times as large, the path is the same.',
      given: fc.record({
        b1,
        b2,
        eps: fc.constantFrom(1, 0),
        c: fc.constantFrom(2, 2 ** -8),
        gradients: histories({ zero: 'later', ...long }),
      }),
      holds: ({ gradients, c, ...options }) => {
        const [mine, other] = [of({ lr: 1, ...options }), of({ lr: 1, ...options, eps: c * options.eps })]
        alike(run(other, scaled(c, gradients)), run(mine, gradients), rounding(mine))
      },
    }),
    law({
      name: 'Adam within its sharp bound',
      equation: '|Δₜ| ≤ lrₜ · √(Σ β₂ᵏ · Σ ρᵏ) / Σ β₁ᵏ, k = 0 … t − 1, ρ = β₁²/β₂',
      words: 'No step of an element is longer, whatever the gradients are, but for rounding.',
      given: fc.record({ lr, b1, b2, eps: some, gradients: histories(long), theta }),
      holds: ({ gradients, theta, ...options }) => {
        const mine = of(options)
        below((t) => adamBound(options, t), run(mine, gradients, { theta }), rounding(mine))
      },
    }),
    law({
      name: 'Adam reaches its sharp bound',
      equation: 'gᵢ = g · (β₂/β₁)ⁱ ⇒ Δₜ = −sign(g) · lrₜ · √(Σ β₂ᵏ · Σ ρᵏ) / Σ β₁ᵏ',
      words: 'Where gradients grow, or fall, by the factor β₂/β₁ each, all steps are as long as can be: at ε = 0.',
      given: fc.record({ lr, b1, b2, g: vectors({ zero: 'nowhere' }), steps: fc.integer({ min: 1, max: 12 }) }),
      holds: ({ g, steps, ...options }) => {
        const mine = of({ ...options, eps: 0 })
        const gradients = Array.from({ length: steps }, (_, i) => g.map((x) => x * (options.b2 / options.b1) ** i))
        const longest = gradients.map((_, i) => g.map((x) => -Math.sign(x) * adamBound(options, i + 1)))
        alike(run(mine, gradients), longest, rounding(mine))
      },
    }),
    law({
      name: 'Adam without memory takes the sign',
      equation: 'β₁ = β₂ = 0 ⇒ Δₜ = −lrₜ · sign(gₜ)',
      words: 'What remains where nothing is remembered: at ε = 0, where no gradient is.',
      given: fc.record({ lr, gradients: histories({ zero: 'nowhere' }), theta }),
      holds: ({ lr, gradients, theta }) => {
        const mine = of({ lr, b1: 0, b2: 0, eps: 0 })
        alike(run(mine, gradients, { theta }), descended(lr, each(Math.sign, gradients)), rounding(mine))
      },
    }),
  ]
}
