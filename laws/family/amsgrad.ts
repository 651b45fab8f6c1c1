import fc from 'fast-check'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import { descended, each, mean, squares } from '../arithmetic/averages.js'
import { neverFaster } from '../claim/effectiverate.js'
import { type History, histories, type Vector, vectors } from '../drawn/gradients.js'
import { type Law, law } from '../law.js'
import { lr, made } from '../run/made.js'
import { alike, rounding, run } from '../run/run.js'
import { type AdamOptions, ratio } from './adam.js'
import { reddi } from './reddi.js'

/**
 * What AMSGrad promises. Reddi, Kale & Kumar 2018, Algorithm 2, https://arxiv.org/abs/1904.09237, of corrected moments:
 *
 *     v̂ₜ = Σᵢ β₂ᵗ⁻ⁱ gᵢ² / Σᵢ β₂ᵗ⁻ⁱ,  m̂ₜ likewise of gᵢ by β₁
 *     Δₜ = −lrₜ · m̂ₜ / (√(max over s ≤ t of v̂ₛ) + ε)
 *
 * PyTorch and Keras keep the largest v, and correct its bias afterwards: with 1 − β₂ᵗ their rate rises, which is what AMSGrad is against.
 * While |g| does not fall, neither does v̂, being a mean of the v̂ before and g²: until then it is Adam.
 */
const b1 = fc.constantFrom(0.5, 0.9)
const b2 = fc.constantFrom(0.5, 0.999)
const eps = fc.constantFrom(1, 1e-8)
const theta = vectors({ zero: 'nowhere' })

const highest = (history: History): History => {
  let most: Vector = []
  return history.map((step) => {
    most = step.map((x, k) => Math.max(x, most[k] ?? 0))
    return most
  })
}

/** Of one's own AMSGrad, by its options; Reddi's counterexample is among them. */
export const amsgrad = (make: (options: AdamOptions) => Optimizer): readonly Law[] => {
  const of = made(make)
  return [
    law({
      name: 'AMSGrad divides by the largest mean of squares',
      equation: 'Δₜ = −lrₜ · m̂ₜ / (√max(v̂₁, …, v̂ₜ) + ε), v̂ₜ = Σᵢ β₂ᵗ⁻ⁱ gᵢ² / Σᵢ β₂ᵗ⁻ⁱ',
      words: 'The largest of the corrected means so far, as in the paper; m̂ and v̂ are those of Adam.',
      given: fc.record({ lr, b1, b2, eps, gradients: histories({ max: 12 }), theta }),
      holds: ({ gradients, theta, ...options }) => {
        const mine = of(options)
        const expected = each(
          (m, v) => m / (Math.sqrt(v) + options.eps),
          mean(options.b1, gradients),
          highest(mean(options.b2, squares(gradients))),
        )
        alike(run(mine, gradients, { theta }), descended(options.lr, expected), rounding(mine))
      },
    }),
    law({
      name: 'the rate of AMSGrad never rises',
      equation: 'β₁ = 0, s < t ⇒ |Δₜ| / |gₜ| ≤ |Δₛ| / |gₛ|',
      words: 'At a constant lr, without momentum, where gradients are not 0, but for rounding.',
      given: fc.record({ b2, eps, gradients: histories({ max: 12 }), theta }),
      holds: ({ gradients, theta, ...options }) => neverFaster(of({ lr: 1, b1: 0, ...options }), gradients, theta),
    }),
    law({
      name: 'AMSGrad is Adam while gradients grow',
      equation: '|g₁| ≤ |g₂| ≤ … ⇒ Δₜ = −lrₜ · m̂ₜ / (√v̂ₜ + ε)',
      words: 'As long as v̂ has not fallen, the largest is the last.',
      given: fc.record({ lr, b1, b2, eps, gradients: histories({ max: 12 }), theta }),
      holds: ({ gradients, theta, ...options }) => {
        const mine = of(options)
        const sizes = highest(each(Math.abs, gradients))
        const grown = each((g, size) => (g < 0 ? -size : size), gradients, sizes)
        alike(run(mine, grown, { theta }), ratio(options, grown), rounding(mine))
      },
    }),
    ...reddi(({ lr, b1, b2 }) => make({ lr, b1, b2, eps: 1e-8 })),
  ]
}
