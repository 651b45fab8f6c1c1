import fc from 'fast-check'
import type { Vector } from '../drawn/gradients.js'
import type { Rolling } from '../family/momentum.js'
import { type Law, law, type Statement } from '../law.js'
import { Broken } from '../refuted.js'
import { made } from '../run/made.js'
import { rounding } from '../run/run.js'
import { bowl, eighths, pathOf } from '../run/surface.js'

/**
 * How fast momentum gets to the bottom of a bowl ½ · Σ hᵢ · eᵢ², e = θ − center. Each axis is alone:
 *
 *     momentum            eₜ₊₁ = (1 + β − lr · h) · eₜ − β · eₜ₋₁                             e₁ = (1 − lr · h) · e₀
 *     Nesterov's, at θ    eₜ₊₁ = (1 + β) · (1 − lr · h) · eₜ − β · (1 − lr · h) · eₜ₋₁        e₁ = (1 − (1 + β) · lr · h) · e₀
 *
 * Both are eₜ₊₁ = a · eₜ − b · eₜ₋₁ with e₁ = (a − β) · e₀, so that eₜ = (sₜ₊₁ − β · sₜ) · e₀, where p and q are the roots of
 * z² − a · z + b and sₜ = Σ pᵏ · qᵗ⁻¹⁻ᵏ, k = 0 … t − 1. Where a² ≤ 4 · b, |p| = |q| = √b and |sₜ| ≤ t · √bᵗ⁻¹. For any r that is
 * neither below √b nor below β:
 *
 *     |eₜ| ≤ ((t + 1) · rᵗ + β · t · rᵗ⁻¹) · |e₀| ≤ (1 + 2t) · rᵗ · |e₀|
 *
 *     momentum      a² ≤ 4 · b where (1 − √β)² ≤ lr · h ≤ (1 + √β)²             √b = √β
 *     Nesterov's    a² ≤ 4 · b where ((1 − β) / (1 + β))² ≤ lr · h ≤ 1          √b = √(β · (1 − lr · h))
 *
 * With all h from μ to L = κ · μ the options below put lr · h there, at both ends. Nesterov's as it is told, whose θ is another, has
 * e₁ = (a − b) · e₀, and b ≤ β: it keeps the same bound.
 *
 * Polyak 1964, https://doi.org/10.1016/0041-5553(64)90137-5; Lessard, Recht & Packard 2016, https://arxiv.org/abs/1408.3595
 */

/** The least and the largest curvature of a bowl. */
type Span = readonly [mu: number, L: number]

/** Its √κ is 3, 2, 1½, 5, √2, 8. */
const span = fc.constantFrom<Span[]>([1, 9], [1, 4], [1, 2.25], [0.25, 6.25], [1, 2], [1, 64])

interface Rate {
  readonly options: (span: Span, root: number) => { readonly lr: number; readonly beta: number }
  readonly rate: (root: number) => number
}

const atRate =
  (words: Pick<Statement<unknown>, 'name' | 'equation' | 'words'>, { options, rate }: Rate) =>
  (make: Rolling): readonly Law[] => {
    const of = made(make)
    return [
      law({
        ...words,
        given: fc
          .record({ span, share: eighths(0, 1), center: eighths(-4, 4), theta: eighths(-4, 4) })
          .map(({ span: [mu, L], share, ...drawn }) => ({
            mu,
            L,
            curvature: share.map((u) => mu + u * (L - mu)),
            ...drawn,
          })),
        holds: ({ mu, L, theta, ...shape }) => {
          const root = Math.sqrt(L / mu)
          const mine = of(options([mu, L], root))
          const errorOf = (x: Vector): Vector => x.map((a, k) => Math.abs(a - (shape.center[k] as number)))
          for (const [t, at] of pathOf(mine, bowl(shape), theta, 20).thetas.entries()) {
            const [error, most] = [errorOf(at), errorOf(theta).map((e) => (1 + 2 * t) * rate(root) ** t * e)]
            if (error.some((e, k) => !(e <= (most[k] as number) + 10 * rounding(mine))))
              throw new Broken(`|θ − c| after t = ${t}`, error, `at most [${most.join(', ')}]`)
          }
        },
      }),
    ]
  }

/** Of `({ lr, beta }) => Optimizer`: momentum, wherever its lr is. */
export const polyakRate = atRate(
  {
    name: 'Polyak’s rate in a bowl',
    equation: '|θₜ − c| ≤ (1 + 2t) · rᵗ · |θ₀ − c|, r = (√κ − 1) / (√κ + 1)',
    words:
      'Momentum with lr = 4 / (√L + √μ)² and β = r², where all curvatures are from μ to L = κ · μ; of each element.',
  },
  {
    options: ([mu, L], root) => ({ lr: 4 / (Math.sqrt(L) + Math.sqrt(mu)) ** 2, beta: ((root - 1) / (root + 1)) ** 2 }),
    rate: (root) => (root - 1) / (root + 1),
  },
)

/** Of `({ lr, beta }) => Optimizer`: Nesterov's momentum, in any of its forms. */
export const nesterovRate = atRate(
  {
    name: 'Nesterov’s rate in a bowl',
    equation: '|θₜ − c| ≤ (1 + 2t) · rᵗ · |θ₀ − c|, r = 1 − 1 / √κ',
    words:
      'Nesterov’s momentum with lr = 1 / L and β = (√κ − 1) / (√κ + 1), where all curvatures are from μ to L = κ · μ; of each element.',
  },
  {
    options: ([, L], root) => ({ lr: 1 / L, beta: (root - 1) / (root + 1) }),
    rate: (root) => 1 - 1 / root,
  },
)
