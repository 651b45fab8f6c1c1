import fc from 'fast-check'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import { type History, histories, vectors } from '../drawn/gradients.js'
import { type Law, law } from '../law.js'
import { Broken } from '../refuted.js'
import { rounding, run } from '../run/run.js'

/**
 * No element's step is longer than so much. Moments with a long memory and a short one are furthest apart when nothing has happened for
 * long and gradients then grow, or fall, at a steady rate: the rate at which Adam with b1 = 0.9, b2 = 0.999 makes its longest steps is
 * 1.11, and they are seen only if it has been quiet for 200 steps and more.
 */
export type Bound = (t: number) => number

const RATES = [0.5, 0.9, 0.98, 0.999, 1.01, 1.05, 1.11, 1.25, 1.5, 2]
const QUIET = 2 ** -10

/** An element for each rate: quiet, and then from 1 on growing by it at every step. */
const growing = (quiet: number, steps: number): History =>
  Array.from({ length: quiet + steps }, (_, i) => RATES.map((rate) => (i < quiet ? QUIET : rate ** (i - quiet))))

const lengths = (quiet: readonly [number, number], steps: readonly [number, number]) =>
  fc.record({
    quiet: fc.integer({ min: quiet[0], max: quiet[1] }),
    steps: fc.integer({ min: steps[0], max: steps[1] }),
  })

/** `bound` tells how long a step of one element can be at t. Gradients may all be 0: who divides by their size needs an ε. */
export const bounded = (mine: Optimizer, bound: Bound): readonly Law[] => [
  law({
    name: 'within its bound',
    equation: '|Δᵢ| ≤ bound(t)',
    words: 'No step of an element is longer than its bound at t, whatever the gradients are, but for rounding.',
    given: fc.record({ gradients: histories(), theta: vectors({ zero: 'nowhere' }) }),
    holds: ({ gradients, theta }) => below(bound, run(mine, gradients, { theta }), rounding(mine)),
  }),
  law({
    name: 'within its bound when gradients grow after a long quiet',
    equation: 'gᵢ = 2⁻¹⁰ while t ≤ quiet, then 1, r, r², … ⇒ |Δ| ≤ bound(t)',
    words: `Nor where gradients have been small for long, and then grow by a factor r each: an element for each r of ${RATES.join(', ')}.`,
    given: fc.oneof(
      { arbitrary: lengths([0, 8], [1, 8]), weight: 100 },
      { arbitrary: lengths([100, 400], [20, 40]), weight: 1 },
    ),
    edges: [{ quiet: 260, steps: 30 }],
    holds: ({ quiet, steps }) => {
      const made = run(mine, growing(quiet, steps), { theta: RATES.map(() => 1) })
      below(bound, made, rounding(mine), (k) => `the element with r = ${RATES[k]}`)
    },
  }),
]

/** Throws unless no step is longer than its bound; `said` is what an element is called. */
export const below = (bound: Bound, steps: History, within: number, said = (k: number) => `element ${k}`): void => {
  for (const [i, step] of steps.entries()) {
    const most = bound(i + 1)
    const k = step.findIndex((x) => !(Math.abs(x) <= most * (1 + within)))
    if (k >= 0) throw new Broken(`Δ of ${said(k)} at t = ${i + 1}`, step[k], `at most ${most} in size`)
  }
}
