import fc from 'fast-check'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import { type History, histories, type Vector, vectors } from '../drawn/gradients.js'
import { type Law, law, type Statement } from '../law.js'
import { Broken } from '../refuted.js'
import { alike, exactly, rounding, run, scaled, two } from '../run/run.js'

/**
 * What some optimizers obey and others do not: an optimizer claims it, `laws.odd(mine)`. Δ(gs, θ) are the steps along the gradients gs
 * from θ, one after the other; ⧺ puts one vector behind the other.
 */
export type Claim = (mine: Optimizer) => readonly Law[]

const claim =
  <A extends object>(statement: Omit<Statement<A>, 'holds'>, holds: (mine: Optimizer) => (a: A) => void): Claim =>
  (mine) => [law({ ...statement, holds: holds(mine) })]

const theta = vectors({ zero: 'nowhere' })
const some = fc.record({ gradients: histories(), theta })
/** Powers of two: products with them are exact. */
const factor = fc.constantFrom(2, 0.5, 128, 2 ** -3, 2 ** -8)

/** Some of the elements. */
const part = (gradients: History, from: number, to: number): History => gradients.map((g) => g.slice(from, to))
const joined = (parts: readonly History[], gradients: History): History =>
  gradients.map((_, t) => parts.flatMap((steps) => steps[t] ?? []))

export const coordinatewise = claim(
  {
    name: 'each element for itself',
    equation: 'Δ(gs ⧺ hs, θ ⧺ φ) = Δ(gs, θ) ⧺ Δ(hs, φ)',
    words: 'No number looks at another one, in its tensor or elsewhere, nor at its own place or name.',
    given: some,
  },
  (mine) =>
    ({ gradients, theta }) => {
      const alone = theta.map((x, k) => run(mine, part(gradients, k, k + 1), { theta: [x] }))
      const expected = joined(alone, gradients)
      alike(run(mine, gradients, { theta }), expected, exactly(mine))
      alike(run(mine, gradients, { theta, layout: two(3) }), expected, exactly(mine), 'Δ in two leaves')
    },
)

export const tensorwise = claim(
  {
    name: 'each tensor for itself',
    equation: 'Δ({ a: gs, b: hs }, { a: θ, b: φ }) = { a: Δ(gs, θ), b: Δ(hs, φ) }',
    words: 'No tensor looks at another one, nor at its own name.',
    given: some,
  },
  (mine) =>
    ({ gradients, theta }) => {
      const halves = (
        [
          [0, 2],
          [2, 3],
        ] as const
      ).map(([from, to]) => run(mine, part(gradients, from, to), { theta: theta.slice(from, to) }))
      alike(run(mine, gradients, { theta, layout: two(3) }), joined(halves, gradients), exactly(mine))
    },
)

export const odd = claim(
  {
    name: 'odd',
    equation: 'Δ(−gs, −θ) = −Δ(gs, θ)',
    words: 'The mirror image of a problem has the mirror image of the path.',
    given: some,
  },
  (mine) =>
    ({ gradients, theta }) => {
      const mirrored = run(mine, scaled(-1, gradients), { theta: theta.map((x) => -x) })
      alike(mirrored, scaled(-1, run(mine, gradients, { theta })), exactly(mine))
    },
)

export const translationInvariant = claim(
  {
    name: 'no origin',
    equation: 'Δ(gs, θ + a) = Δ(gs, θ)',
    words: 'Where 0 is does not matter, but for rounding.',
    given: fc.record({
      gradients: histories(),
      theta,
      a: fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 3, maxLength: 3 }),
    }),
  },
  (mine) =>
    ({ gradients, theta, a }) => {
      const moved = theta.map((x, k) => x + (a[k] as number))
      alike(run(mine, gradients, { theta: moved }), run(mine, gradients, { theta }), rounding(mine))
    },
)

export const rest = claim(
  {
    name: 'rest',
    equation: 'Δ((0, 0, …), θ) = 0',
    words: 'As long as there has been no gradient nothing moves, but for rounding.',
    given: fc.record({ theta, steps: fc.integer({ min: 1, max: 8 }) }),
  },
  (mine) =>
    ({ theta, steps }) => {
      const still: History = Array.from({ length: steps }, () => [0, 0, 0])
      alike(run(mine, still, { theta }), still, rounding(mine))
    },
)

export const scaleFree = claim(
  {
    name: 'scale-free',
    equation: 'Δ(c · gs, θ) = Δ(gs, θ)',
    words:
      'A loss c times as large, and so its gradients, makes the same path: c > 0, where no first gradient and no θ is 0, or counts as 0.',
    given: fc.record({ gradients: histories({ zero: 'later' }), theta, c: factor }),
  },
  (mine) =>
    ({ gradients, theta, c }) =>
      alike(run(mine, scaled(c, gradients), { theta, losses: c }), run(mine, gradients, { theta }), exactly(mine)),
)

export const homogeneous = claim(
  {
    name: 'homogeneous',
    equation: 'Δ(c · gs, θ) = c · Δ(gs, θ)',
    words: 'A loss c times as large, and so its gradients, makes steps c times as long: c > 0, but for rounding.',
    given: fc.record({ gradients: histories(), theta, c: factor }),
  },
  (mine) =>
    ({ gradients, theta, c }) =>
      alike(
        run(mine, scaled(c, gradients), { theta, losses: c }),
        scaled(c, run(mine, gradients, { theta })),
        rounding(mine),
      ),
)

export const neverUp = claim(
  {
    name: 'never up',
    equation: 'gᵢ · Δᵢ ≤ 0',
    words: 'No element moves up the slope that it has just been told.',
    given: some,
  },
  (mine) =>
    ({ gradients, theta }) => {
      for (const [i, step] of run(mine, gradients, { theta }).entries())
        if (step.some((x, k) => !(x * (gradients[i]?.[k] as number) <= 0)))
          throw new Broken(`Δ at t = ${i + 1}`, step, `none with the sign of g = [${gradients[i]?.join(', ')}]`)
    },
)

export const downhill = claim(
  {
    name: 'downhill',
    equation: 'gs = (g, g, …) ⇒ ⟨g, ΣΔ⟩ < 0',
    words: 'Whoever is told the same slope all the time has gone down it after two steps, or more.',
    given: fc.record({ g: vectors({ zero: 'nowhere' }), theta, steps: fc.integer({ min: 2, max: 12 }) }),
  },
  (mine) =>
    ({ g, theta, steps }) => {
      const way = run(mine, Array<Vector>(steps).fill(g), { theta }).reduce((sum, delta) =>
        sum.map((x, k) => x + (delta[k] as number)),
      )
      const slope = way.reduce((sum, x, k) => sum + x * (g[k] as number), 0)
      if (!(slope < 0))
        throw new Broken(`⟨g, ΣΔ⟩ after ${steps} steps, ΣΔ being [${way.join(', ')}],`, slope, 'less than 0')
    },
)
