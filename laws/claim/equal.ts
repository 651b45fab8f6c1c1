import fc from 'fast-check'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import { type Drawn, histories, vectors } from '../drawn/gradients.js'
import { type Law, law } from '../law.js'
import { alike, rounding, run } from '../run/run.js'

/** What an equality is called, and where it holds. */
export interface Equality {
  readonly name?: string
  /** Where gradients may be 0; not the first one of an element, unless told: most family members divide by the size of what has been. */
  readonly zero?: Drawn['zero']
}

/**
 * Two optimizers that are one: they make the same steps along all gradients, from any θ, but for rounding.
 *
 *     laws.equal(adam({ lr, b1: 0, b2: 0, eps: 0 }), signSgd({ lr }), { name: 'Adam without memory is sign descent' })
 */
export const equal = (
  a: Optimizer,
  b: Optimizer,
  { name = 'the same steps', zero = 'later' }: Equality = {},
): readonly Law[] => [
  law({
    name,
    equation: 'Δ of the one = Δ of the other, for all gs and θ',
    words: 'Along the same gradients, from the same θ, the two make the same steps, but for rounding.',
    given: fc.record({ gradients: histories({ zero, max: 12 }), theta: vectors({ zero: 'nowhere' }) }),
    holds: ({ gradients, theta }) =>
      alike(run(a, gradients, { theta }), run(b, gradients, { theta }), Math.max(rounding(a), rounding(b))),
  }),
]
