import fc from 'fast-check'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import type { Hyper } from '../../src/schedule/schedule.js'
import { dot, minus, norm, times } from '../arithmetic/norm.js'
import { histories, type Vector, vectors } from '../drawn/gradients.js'
import { type Law, law } from '../law.js'
import { alike, rounding, type Step, stepsOf, two } from '../run/run.js'

/**
 * Steps in proportion to a distance, of the function that makes the optimizer: `laws.dog(myDog)`. Norms are of all tensors as one
 * vector, and r looks back on every θ that there has been:
 *
 *     DoG      r = max(rEps · (1 + ‖θ₀‖), ‖θᵢ − θ₀‖)      Δₜ = −lr · r / √(Σ ‖gᵢ‖² + eps) · gₜ
 *     DoWG     r = max(rEps, ‖θᵢ − θ₀‖)                  Δₜ = −lr · rₜ² / (√(Σ rᵢ² · ‖gᵢ‖²) + eps) · gₜ
 */
export interface Distance {
  readonly lr: Hyper
  readonly rEps: number
  readonly eps: number
}

const lr = (t: number): number => 2 ** -(t % 3)
/** Float32 knows θ − θ₀ too: the one is not large, and the other not small. */
const options: Distance = { lr, rEps: 0.5, eps: 1e-3 }
const theta = vectors().map((x) => times(2 ** -4, x))

interface Words {
  readonly name: string
  readonly equation: string
  readonly words: string
}

/** What r is at least, and the factor of g given r and g of each update so far. */
interface Form {
  first(start: Vector): number
  factor(past: readonly { readonly r: number; readonly g: Vector }[]): number
}

const claim =
  (words: Words, { first, factor }: Form) =>
  (make: (options: Distance) => Optimizer): readonly Law[] => {
    const mine = make(options)
    return [
      law({
        ...words,
        given: fc.record({ gradients: histories({ min: 3, max: 12 }), theta }),
        holds: ({ gradients, theta }) => {
          const steps = stepsOf(mine, gradients, { theta, layout: two(3) })
          let r = first(theta)
          const past = steps.map(({ before }: Step, i) => {
            r = Math.max(r, norm(minus(before, theta)))
            return { r, g: gradients[i] as Vector }
          })
          const expected = past.map(({ g }, i) => times(-lr(i + 1) * factor(past.slice(0, i + 1)), g))
          alike(
            steps.map(({ delta }) => delta),
            expected,
            rounding(mine),
          )
        },
      }),
    ]
  }

export const dog = claim(
  {
    name: 'DoG: the largest distance so far over gradients',
    equation: 'Δₜ = −lr · max(rEps · (1 + ‖θ₀‖), maxᵢ ‖θᵢ − θ₀‖) / √(Σ ‖gᵢ‖² + eps) · gₜ,   i ≤ t',
    words: 'From where θ started, of all tensors as one.',
  },
  {
    first: (start) => options.rEps * (1 + norm(start)),
    factor: (past) => (past.at(-1)?.r as number) / Math.sqrt(past.reduce((sum, { g }) => sum + dot(g, g), options.eps)),
  },
)

export const dowg = claim(
  {
    name: 'DoWG: the largest distance so far over weighted gradients',
    equation: 'Δₜ = −lr · rₜ² / (√(Σ rᵢ² · ‖gᵢ‖²) + eps) · gₜ,   rₜ = max(rEps, maxᵢ ‖θᵢ − θ₀‖),   i ≤ t',
    words: 'Each gradient weighs as much as the distance was when it came.',
  },
  {
    first: () => options.rEps,
    factor: (past) =>
      (past.at(-1)?.r as number) ** 2 /
      (Math.sqrt(past.reduce((sum, { r, g }) => sum + r * r * dot(g, g), 0)) + options.eps),
  },
)
