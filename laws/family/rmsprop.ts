import fc from 'fast-check'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import type { Hyper } from '../../src/schedule/schedule.js'
import { at, descended, each, fromZero, squares } from '../arithmetic/averages.js'
import { type Epsilon, root } from '../arithmetic/root.js'
import { below } from '../claim/bounded.js'
import { type History, histories, type Vector, vectors } from '../drawn/gradients.js'
import { type Law, law } from '../law.js'
import { lr, made } from '../run/made.js'
import { alike, rounding, run } from '../run/run.js'

/**
 * What RMSprop promises. Hinton 2012, lecture 6e, https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf
 *
 *     vₜ = (1 − α) · Σᵢ αᵗ⁻ⁱ gᵢ²          i = 1 … t, not freed of the 0 at which it starts
 *     Δₜ = −lrₜ · gₜ / √(vₜ + ε), or / (√vₜ + ε)
 *
 * As vₜ ≥ (1 − α) · gₜ², no step is longer than lr/√(1 − α), and the first one is as long, but for ε.
 */
export interface RmspropOptions {
  readonly lr: Hyper
  readonly alpha: number
  readonly eps: number
}

const alpha = fc.constantFrom(0.5, 0.9)
const theta = vectors({ zero: 'nowhere' })
const some = fc.constantFrom(1, 1e-8)
type Given = RmspropOptions & { readonly gradients: History; readonly theta: Vector }

/** Of one's own RMSprop, without momentum, by its options. Where ε is not under the root say so: `{ eps: 'outside' }`. */
export const rmsprop = (make: (options: RmspropOptions) => Optimizer, form: Epsilon = {}): readonly Law[] => {
  const of = made(make)
  const same = ({ gradients, theta, ...options }: Given): void => {
    const mine = of(options)
    const v = fromZero(options.alpha, squares(gradients))
    const directions = each((g, v) => g / root(form)(v, options.eps), gradients, v)
    alike(run(mine, gradients, { theta }), descended(options.lr, directions), rounding(mine))
  }
  return [
    law({
      name: 'RMSprop divides by the root of a mean of squares',
      equation: 'Δₜ = −lrₜ · gₜ / √vₜ, vₜ = (1 − α) · Σᵢ αᵗ⁻ⁱ gᵢ²',
      words: 'The newest is among them, and the mean starts at 0: where ε = 0, and no first gradient is.',
      given: fc.record({ lr, alpha, eps: fc.constant(0), gradients: histories({ zero: 'later', max: 12 }), theta }),
      holds: same,
    }),
    law({
      name: 'where the ε of RMSprop stands',
      equation: `Δₜ = −lrₜ · gₜ / ${form.eps === 'outside' ? '(√vₜ + ε)' : '√(vₜ + ε)'}`,
      words: 'Under the root, or after it where it is said to be outside; nothing moves that had no gradient.',
      given: fc.record({ lr, alpha, eps: some, gradients: histories({ max: 12 }), theta }),
      holds: same,
    }),
    law({
      name: 'RMSprop within its bound',
      equation: '|Δₜ| ≤ lrₜ / √(1 − α)',
      words: 'No step of an element is longer, whatever the gradients are, but for rounding.',
      given: fc.record({ lr, alpha, eps: some, gradients: histories({ max: 12 }), theta }),
      holds: ({ gradients, theta, ...options }) => {
        const mine = of(options)
        const longest = (t: number): number => at(options.lr, t) / Math.sqrt(1 - options.alpha)
        below(longest, run(mine, gradients, { theta }), rounding(mine))
      },
    }),
  ]
}
