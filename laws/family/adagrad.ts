import fc from 'fast-check'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import type { Hyper } from '../../src/schedule/schedule.js'
import { descended, each, squares, weighted } from '../arithmetic/averages.js'
import { type Epsilon, root } from '../arithmetic/root.js'
import { effectiveRate } from '../claim/effectiverate.js'
import { type History, histories, type Vector, vectors } from '../drawn/gradients.js'
import { type Law, law } from '../law.js'
import { Broken } from '../refuted.js'
import { lr, made } from '../run/made.js'
import { alike, rounding, run, stepsOf } from '../run/run.js'

/**
 * What Adagrad promises. Duchi, Hazan & Singer 2011, https://jmlr.org/papers/v12/duchi11a.html
 *
 *     Gₜ = G₀ + Σᵢ gᵢ²          i = 1 … t
 *     Δₜ = −lrₜ · gₜ / √(Gₜ + ε), or / (√Gₜ + ε)
 *
 * Its regret against any x*, of each element, at a constant lr and ε = 0. With s = √G and d = x − x*, from dₜ₊₁ = dₜ − lr · gₜ/sₜ
 *
 *     gₜ dₜ = sₜ/(2 lr) · (dₜ² − dₜ₊₁²) + lr/2 · gₜ²/sₜ
 *
 * Of the first the sum is, by parts, at most D² · s_T/(2 lr), D being the largest |dₜ| on the way, for s never falls. In the second
 * gₜ² = sₜ² − sₜ₋₁² ≤ 2 sₜ · (sₜ − sₜ₋₁), so that its sum is at most lr · (s_T − s₀). Together
 *
 *     Σₜ gₜ · (xₜ − x*) ≤ (D²/(2 lr) + lr) · √G_T − lr · √G₀
 */
export interface AdagradOptions {
  readonly lr: Hyper
  readonly eps: number
}

export interface AdagradForm extends Epsilon {
  /** G₀ */
  readonly start?: number
}

type Given = AdagradOptions & { readonly gradients: History; readonly theta: Vector }
const theta = vectors({ zero: 'nowhere' })
/** To and fro: what a rate that does not fall regrets most. */
const swinging: fc.Arbitrary<History> = fc
  .tuple(vectors({ zero: 'nowhere' }), fc.integer({ min: 1, max: 24 }))
  .map(([g, steps]) => Array.from({ length: steps }, (_, i) => g.map((x) => (i % 2 === 0 ? x : -x))))

/** Of one's own Adagrad, by its options. Where it differs from ours, √(G + ε) with G₀ = 0, say so: `{ start: 0.1, eps: 'outside' }`. */
export const adagrad = (make: (options: AdagradOptions) => Optimizer, form: AdagradForm = {}): readonly Law[] => {
  const { start = 0 } = form
  const zero = start > 0 ? 'anywhere' : 'later'
  const of = made(make)
  const sums = (gradients: History): History => each((sum) => start + sum, weighted(1, squares(gradients)))
  const same = ({ gradients, theta, ...options }: Given): void => {
    const mine = of(options)
    const directions = each((g, G) => g / root(form)(G, options.eps), gradients, sums(gradients))
    alike(run(mine, gradients, { theta }), descended(options.lr, directions), rounding(mine))
  }
  return [
    law({
      name: 'Adagrad divides by the root of the sum of all squares',
      equation: 'Δₜ = −lrₜ · gₜ / √(G₀ + g₁² + … + gₜ²)',
      words: 'Nothing is forgotten, and the newest gradient is among them: where ε = 0, and no first gradient is.',
      given: fc.record({ lr, eps: fc.constant(0), gradients: histories({ zero, max: 12 }), theta }),
      holds: same,
    }),
    law({
      name: 'where the ε of Adagrad stands',
      equation: `Δₜ = −lrₜ · gₜ / ${form.eps === 'outside' ? '(√Gₜ + ε)' : '√(Gₜ + ε)'}`,
      words: 'Under the root, or after it where it is said to be outside; nothing moves that had no gradient.',
      given: fc.record({ lr, eps: fc.constantFrom(1, 1e-8), gradients: histories({ max: 12 }), theta }),
      holds: same,
    }),
    ...effectiveRate(make({ lr: 1, eps: 1e-8 })),
    law({
      name: 'the regret of Adagrad',
      equation: 'Σₜ gₜ · (xₜ − x*) ≤ (D²/(2 lr) + lr) · √G_T − lr · √G₀, D = max |xₜ − x*|',
      words:
        'Of each element, against any x*, along any gradients: at a constant lr, at ε = 0, where no first gradient is, but for rounding.',
      given: fc.record({
        lr: fc.constantFrom(1, 0.25),
        away: fc.constantFrom(0, 0.5, -0.5, 1, -1, 4, -4),
        gradients: fc.oneof(histories({ zero, max: 24 }), swinging),
      }),
      holds: ({ lr, away, gradients }) => {
        const mine = of({ lr, eps: 0 })
        const steps = stepsOf(mine, gradients, { theta: [0, 0, 0] })
        const G = sums(gradients).at(-1) as Vector
        for (const [k, most] of G.entries()) {
          const d = steps.map(({ before }) => (before[k] as number) - away * lr)
          const regret = d.reduce((sum, x, i) => sum + (gradients[i]?.[k] as number) * x, 0)
          const D = Math.max(...d.map(Math.abs))
          const bound = (D ** 2 / (2 * lr) + lr) * Math.sqrt(most) - lr * Math.sqrt(start)
          if (!(regret <= bound + rounding(mine) * (bound + D * Math.sqrt(most * steps.length))))
            throw new Broken(`the regret of element ${k} against x* = ${away * lr}`, regret, `at most ${bound}`)
        }
      },
    }),
  ]
}
