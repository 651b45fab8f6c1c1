import fc from 'fast-check'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import { type History, histories, type Vector } from '../drawn/gradients.js'
import { type Law, law } from '../law.js'
import { type Inner, innerOf, theta, whole } from '../run/inner.js'
import { remembered } from '../run/made.js'
import { alike, exactly, run, two } from '../run/run.js'

/**
 * Updates that are left out where a gradient is not finite, of the function that makes such an optimizer of another:
 * `laws.skipping(skipNonFinite)`. However many come in a row.
 *
 *     Δ = 0 where some gᵢ is infinite or NaN; elsewhere what it would be if there had never been such a gradient
 */
export type Skip = (inner: Optimizer) => Optimizer

const layout = two(3)
const drawn = { gradients: histories(), theta, inner: whole }
/** At which steps, in which element, and what it is. */
const broken = fc.array(
  fc.record({
    at: fc.nat({ max: 8 }),
    element: fc.nat({ max: 2 }),
    bad: fc.constantFrom(Number.NaN, Infinity, -Infinity),
  }),
  { minLength: 1, maxLength: 3 },
)
type Breaks = typeof broken extends fc.Arbitrary<infer A> ? A : never

/** Broken gradients between the others: one is the vector that was there, but for an element. */
const mixed = (gradients: History, broken: Breaks): readonly { readonly g: Vector; readonly sound: boolean }[] => {
  const all = gradients.map((g) => ({ g, sound: true }))
  for (const { at, element, bad } of broken) {
    const place = Math.min(at, all.length)
    const like = gradients[Math.min(at, gradients.length - 1)] as Vector
    all.splice(place, 0, { g: like.map((x, i) => (i === element ? bad : x)), sound: false })
  }
  return all
}

export const skipping = (make: Skip): readonly Law[] => {
  const mine = remembered((name: Inner) => make(innerOf(name)))
  const between = (gradients: History, broken: Breaks, theta: Vector, inner: Inner) => {
    const all = mixed(gradients, broken)
    const gs = all.map(({ g }) => g)
    return { steps: run(mine(inner), gs, { theta, layout }), sound: all.map(({ sound }) => sound) }
  }
  return [
    law({
      name: 'as ever while gradients are finite',
      equation: 'gs finite ⇒ Δ = Δ of inner',
      words: 'To look at gradients changes none.',
      given: fc.record(drawn),
      holds: ({ gradients, theta, inner }) => {
        const expected = run(innerOf(inner), gradients, { theta, layout })
        alike(run(mine(inner), gradients, { theta, layout }), expected, exactly(mine(inner)))
      },
    }),
    law({
      name: 'a broken gradient moves nothing',
      equation: 'gᵢ ∈ {NaN, Infinity, −Infinity} for some i ⇒ Δ = 0',
      words: 'No element and no leaf, whichever is broken.',
      given: fc.record({ ...drawn, broken }),
      holds: ({ gradients, theta, inner, broken }) => {
        const { steps, sound } = between(gradients, broken, theta, inner)
        alike(
          steps,
          steps.map((step, i) => (sound[i] ? step : step.map(() => 0))),
        )
      },
    }),
    law({
      name: 'a broken gradient leaves no trace',
      equation: 'Δ(gs with broken ones between them) without those = Δ of inner(gs)',
      words: 'Neither in the state nor in t: schedules and bias corrections count the updates that were made.',
      given: fc.record({ ...drawn, broken }),
      holds: ({ gradients, theta, inner, broken }) => {
        const { steps, sound } = between(gradients, broken, theta, inner)
        const expected = run(innerOf(inner), gradients, { theta, layout })
        const left = steps.filter((_, i) => sound[i])
        alike(left, expected, exactly(mine(inner)), 'Δ, without those,')
      },
    }),
  ]
}
