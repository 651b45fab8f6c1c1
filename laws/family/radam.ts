import fc from 'fast-check'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import { descended, each, mean, squares } from '../arithmetic/averages.js'
import { type History, histories, type Vector, vectors } from '../drawn/gradients.js'
import { type Law, law } from '../law.js'
import { lr, made } from '../run/made.js'
import { alike, rounding, run } from '../run/run.js'
import type { AdamOptions } from './adam.js'

/**
 * What RAdam promises. Liu et al. 2020, Algorithm 2, https://arxiv.org/abs/1908.03265
 *
 *     ρ∞ = 2/(1 − β₂) − 1
 *     ρₜ = ρ∞ − 2t · β₂ᵗ/(1 − β₂ᵗ)          rises from 1 at t = 1 to ρ∞
 *     rₜ = √((ρₜ − 4)(ρₜ − 2) ρ∞ / ((ρ∞ − 4)(ρ∞ − 2) ρₜ))
 *     Δₜ = −lrₜ · m̂ₜ                        where ρₜ ≤ 4
 *     Δₜ = −lrₜ · rₜ · m̂ₜ / √v̂ₜ             where ρₜ > 4
 *
 * m̂ and v̂ are Adam's. PyTorch waits until ρ > 5, Optax until ρ ≥ 5.
 */
export interface RadamForm {
  /** 4, unless told. */
  readonly threshold?: number
}

export const rhoAt = (b2: number, t: number): number => 2 / (1 - b2) - 1 - (2 * t * b2 ** t) / (1 - b2 ** t)

const rectification = (b2: number, t: number): number => {
  const [rho, most] = [rhoAt(b2, t), 2 / (1 - b2) - 1]
  return Math.sqrt(((rho - 4) * (rho - 2) * most) / ((most - 4) * (most - 2) * rho))
}

const b1 = fc.constantFrom(0.5, 0.9)
/** ρ∞ is 3, 9, 1999; in twelve steps none comes near 4 or 5, to be above or below them by rounding. */
const b2 = fc.constantFrom(0.5, 0.8, 0.999)
const gradients = histories({ zero: 'later', max: 12 })
const theta = vectors({ zero: 'nowhere' })
type Given = Omit<AdamOptions, 'eps'> & { readonly gradients: History; readonly theta: Vector }

/** Of one's own RAdam, by its options, at ε = 0: everyone has another place for it. */
export const radam = (make: (options: AdamOptions) => Optimizer, { threshold = 4 }: RadamForm = {}): readonly Law[] => {
  const of = made(make)
  /** Compares the steps of one kind. */
  const where =
    (rectified: boolean, expected: (options: Given) => History) =>
    (given: Given): void => {
      const { gradients, theta, ...options } = given
      const mine = of({ ...options, eps: 0 })
      const only = (steps: History): History =>
        steps.map((step, i) => step.map((x) => (rhoAt(options.b2, i + 1) > threshold === rectified ? x : 0)))
      alike(only(run(mine, gradients, { theta })), only(expected(given)), rounding(mine))
    }
  return [
    law({
      name: 'RAdam waits as momentum',
      equation: `ρₜ = ρ∞ − 2t · β₂ᵗ/(1 − β₂ᵗ) ≤ ${threshold} ⇒ Δₜ = −lrₜ · m̂ₜ, ρ∞ = 2/(1 − β₂) − 1`,
      words:
        'Until the variance of the gradients is known well enough to divide by it; with a short memory it never is.',
      given: fc.record({ lr, b1, b2, gradients, theta }),
      holds: where(false, ({ lr, b1, gradients }) => descended(lr, mean(b1, gradients))),
    }),
    law({
      name: 'RAdam rectifies',
      equation: `ρₜ > ${threshold} ⇒ Δₜ = −lrₜ · rₜ · m̂ₜ / √v̂ₜ, rₜ² = (ρₜ − 4)(ρₜ − 2) ρ∞ / ((ρ∞ − 4)(ρ∞ − 2) ρₜ)`,
      words: 'From then on it is Adam, times a factor that rises to 1: where ε = 0, and no first gradient is.',
      given: fc.record({ lr, b1, b2, gradients, theta }),
      holds: where(true, ({ lr, b1, b2, gradients }) =>
        descended(
          lr,
          each((m, v) => m / Math.sqrt(v), mean(b1, gradients), mean(b2, squares(gradients))).map((step, i) =>
            step.map((x) => rectification(b2, i + 1) * x),
          ),
        ),
      ),
    }),
  ]
}
