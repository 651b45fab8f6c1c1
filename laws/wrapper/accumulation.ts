import fc from 'fast-check'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import { plus, times } from '../arithmetic/norm.js'
import { type History, histories, type Vector } from '../drawn/gradients.js'
import { type Law, law } from '../law.js'
import { type Inner, innerOf, sizeOf, someRun, theta } from '../run/inner.js'
import { remembered } from '../run/made.js'
import { alike, rounding, run, two } from '../run/run.js'

/**
 * Accumulation, of the function that makes it of a number of gradients and an optimizer: `laws.accumulation(every)`.
 *
 *     Δₜ = inner(mean of gₜ₋ₖ₊₁ … gₜ) where k divides t, and 0 elsewhere
 *
 * The optimizer in it hears of means alone, and its t counts them: so do its schedules and its bias corrections.
 */
export type Accumulate = (k: number, inner: Optimizer) => Optimizer

const layout = two(3)
const k = fc.constantFrom(2, 3, 4)
const zero: Vector = [0, 0, 0]

/** Of each k steps the last; those that are left over are none. */
const lasts = (k: number, steps: History): History => steps.filter((_, i) => (i + 1) % k === 0)

/** Sums of each k vectors. */
const sums = (k: number, xs: History): History =>
  lasts(
    k,
    xs.map((_, i) => xs.slice(Math.max(0, i + 1 - k), i + 1).reduce(plus)),
  )

export const accumulation = (make: Accumulate): readonly Law[] => {
  const mine = remembered((k: number, name: Inner) => make(k, innerOf(name)))
  return [
    law({
      name: 'nothing moves until there are k gradients',
      equation: 'k ∤ t ⇒ Δₜ = 0',
      words: 'And nothing after that until there are k again.',
      given: fc.record({ ...someRun, k }),
      holds: ({ gradients, theta, inner, k }) => {
        const made = run(mine(k, inner), gradients, { theta, layout })
        alike(
          made,
          made.map((step, i) => ((i + 1) % k === 0 ? step : zero)),
        )
      },
    }),
    law({
      name: 'k gradients are one step on their mean',
      equation: 'Δ(gs) at t = k, 2k, … is Δ of inner on the means of each k of gs',
      words: 'Its state and its t are those of the steps that it has made; a group that is not full has made none.',
      given: fc.record({ ...someRun, k, gradients: histories({ min: 2, max: 12 }) }),
      holds: ({ gradients, theta, inner, k }) => {
        const accumulated = mine(k, inner)
        const means = sums(k, gradients).map((sum) => times(1 / k, sum))
        alike(
          lasts(k, run(accumulated, gradients, { theta, layout })),
          run(innerOf(inner), means, { theta, layout }),
          rounding(accumulated),
          'Δ after each k',
          sizeOf(gradients, theta),
        )
      },
    }),
    law({
      name: 'one gradient at a time is the optimizer',
      equation: 'k = 1 ⇒ Δ = Δ of inner',
      words: 'Groups of one are no groups.',
      given: fc.record(someRun),
      holds: ({ gradients, theta, inner }) => {
        const accumulated = mine(1, inner)
        const expected = run(innerOf(inner), gradients, { theta, layout })
        alike(
          run(accumulated, gradients, { theta, layout }),
          expected,
          rounding(accumulated),
          'Δ',
          sizeOf(gradients, theta),
        )
      },
    }),
  ]
}

/** Of the function that makes it of k, last in a chain: k steps at once, and none between. `laws.summing(applyEvery)`. */
export const summing = (make: (k: number) => Optimizer): readonly Law[] => {
  const of = remembered(make)
  return [
    law({
      name: 'k steps at once',
      equation: 'Δₜ = gₜ₋ₖ₊₁ + … + gₜ where k divides t, 0 elsewhere',
      words: 'After each k-th update θ is where it would have been.',
      given: fc.record({ gradients: histories({ max: 12 }), theta, k: fc.constantFrom(1, 2, 3, 4) }),
      holds: ({ gradients, theta, k }) => {
        const whole = sums(k, gradients)
        const expected = gradients.map((_, i) => ((i + 1) % k === 0 ? (whole[(i + 1) / k - 1] as Vector) : zero))
        alike(run(of(k), gradients, { theta, layout }), expected, rounding(of(k)), 'Δ', sizeOf(gradients))
      },
    }),
  ]
}
