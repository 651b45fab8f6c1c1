import fc from 'fast-check'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import * as tree from '../../src/tree.js'
import { minus, plus } from '../arithmetic/norm.js'
import { histories, type Vector, vectors } from '../drawn/gradients.js'
import { type Law, law } from '../law.js'
import { Broken } from '../refuted.js'
import { machine, numbersOf } from '../run/machine.js'
import { leavesOf, rounding, stepOf, stepsOf, two } from '../run/run.js'

/**
 * Numbers in the state of an optimizer, by the path of their slot there: `laws.monotone(dog(), 'r')`, `'0.v'` in a chain.
 */
const layout = two(3)
const theta = vectors()

const slotOf = (state: unknown, slot: string): Vector => {
  const all = tree.entries(state)
  const own = all.filter(([path]) => path === slot || path.startsWith(`${slot}.`))
  if (own.length === 0) throw new Broken('the state', all.map(([path]) => path).join(', '), `something at ${slot}`)
  return own.flatMap(([, leaf]) => numbersOf(leaf))
}

/** A distance that is estimated from below, the largest gradient, a sum of squares: what only grows. */
export const monotone = (mine: Optimizer, slot: string): readonly Law[] => [
  law({
    name: 'a slot never falls',
    equation: 'sₜ ≥ sₜ₋₁',
    words: 'None of its numbers does, whatever gradients come.',
    given: fc.record({ gradients: histories({ max: 12, scale: 8 }), theta }),
    edges: [
      {
        gradients: [
          [0, 0, 0],
          [1, -2, 3],
        ],
        theta: [1, 2, 3],
      },
    ],
    holds: ({ gradients, theta }) => {
      let before = slotOf(machine(mine, layout).init(leavesOf(layout, theta)), slot)
      for (const { t, state } of stepsOf(mine, gradients, { theta, layout })) {
        const now = slotOf(state, slot)
        if (now.some((x, i) => !(x >= (before[i] as number))))
          throw new Broken(`${slot} at t = ${t}`, now, `at least [${before.join(', ')}]`)
        before = now
      }
    },
  }),
]

/** Convex functions of one number, by their slopes; all of them are least at 0. */
const SLOPES: Readonly<Record<string, (x: number) => number>> = {
  'x² / 2': (x) => x,
  '|x|': Math.sign,
  'log cosh x': Math.tanh,
  'x⁴ / 4': (x) => x ** 3,
}

/**
 * An estimate of the distance to the solution that is one from below. Prodigy's is d = r / ‖s‖₁, with weights w ≥ 0 that r and s share:
 * r = Σ w · ⟨gᵢ, θ₀ − θᵢ⟩ and s = Σ w · gᵢ. For a convex loss ⟨gᵢ, θᵢ − θ*⟩ ≥ 0, so that
 *
 *     r ≤ Σ w · ⟨gᵢ, θ₀ − θ*⟩ = ⟨s, θ₀ − θ*⟩ ≤ ‖s‖₁ · ‖θ₀ − θ*‖∞
 *
 * D-Adaptation has such a bound without momentum only: with Adam's, nobody promises it.
 */
export const distanceFromBelow = (mine: Optimizer, slot: string): readonly Law[] => [
  law({
    name: 'no further than the solution',
    equation: 'd ≤ max(d₀, ‖θ₀ − θ*‖∞)',
    words:
      'Of a convex loss that is least at θ* = θ₀ + away, along its own gradients, without decay; d₀ is what d starts at.',
    given: fc.record({
      theta,
      away: vectors({ zero: 'nowhere' }),
      loss: fc.constantFrom(...Object.keys(SLOPES)),
      weights: vectors({ zero: 'nowhere' }),
      steps: fc.integer({ min: 2, max: 30 }),
    }),
    // Here it comes as near as it does: 0.89 of it.
    edges: [1, -4].map((far) => ({
      theta: [0, 0, 0],
      away: [far, -far, far],
      loss: '|x|',
      weights: [1, 1, 1],
      steps: 30,
    })),
    holds: ({ theta, away, loss, weights, steps }) => {
      const solution = plus(theta, away)
      const slope = SLOPES[loss] as (x: number) => number
      const gradient = (x: Vector) => minus(x, solution).map((far, i) => Math.abs(weights[i] as number) * slope(far))
      const m = machine(mine, layout)
      let state = m.init(leavesOf(layout, theta))
      const most = Math.max(...slotOf(state, slot), ...minus(theta, solution).map(Math.abs))
      let at = theta
      for (let t = 1; t <= steps; t++) {
        const step = stepOf(m, layout, state, at, gradient(at), t)
        state = step.state
        at = step.after
        const d = slotOf(state, slot)
        if (!d.every((x) => x <= most * (1 + rounding(mine))))
          throw new Broken(`${slot} at t = ${t}`, d, `at most ${most}`)
      }
    },
  }),
]
