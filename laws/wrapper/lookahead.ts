import fc from 'fast-check'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import { minus, plus, times } from '../arithmetic/norm.js'
import type { Vector } from '../drawn/gradients.js'
import { type Law, law } from '../law.js'
import { alongside, type Inner, innerOf, sizeOf, someRun } from '../run/inner.js'
import { machine } from '../run/machine.js'
import { remembered } from '../run/made.js'
import { alike, flat, leavesOf, rounding, run, type Step, stepsOf, two } from '../run/run.js'

/**
 * Lookahead, of the function that makes it of k, alpha and an optimizer. Zhang, Lucas, Hinton & Ba 2019, Algorithm 1. For ours, which
 * is last in a chain: `laws.lookahead((options, inner) => chain(inner, lookahead(options)))`.
 *
 *     θ + Δ = slow + alpha · (θ + u − slow) where k divides t, which is the new slow; θ + u elsewhere
 *
 * u is the step of the optimizer, which goes on from the new θ with the state that it has; slow is θ at first.
 */
export type Lookahead = (options: { readonly k: number; readonly alpha: number }, inner: Optimizer) => Optimizer

const layout = two(3)
const options = { k: fc.constantFrom(2, 3, 1), alpha: fc.constantFrom(0.25, 0.75) }

export const lookahead = (make: Lookahead): readonly Law[] => {
  const mine = remembered((k: number, alpha: number, name: Inner) => make({ k, alpha }, innerOf(name)))
  const expectedOf = (steps: readonly Step[], fast: readonly Vector[], k: number, alpha: number) => {
    let slow = steps[0]?.before as Vector
    return steps.map(({ before, t }, i) => {
      const end = plus(before, fast[i] as Vector)
      if (t % k !== 0) return { end, slow }
      slow = plus(slow, times(alpha, minus(end, slow)))
      return { end: slow, slow }
    })
  }
  return [
    law({
      name: 'looking one step ahead and going there',
      equation: 'k = 1, alpha = 1 ⇒ Δ = Δ of inner',
      words: 'But for rounding.',
      given: fc.record(someRun),
      holds: ({ gradients, theta, inner }) => {
        const ahead = mine(1, 1, inner)
        const expected = run(innerOf(inner), gradients, { theta, layout })
        alike(run(ahead, gradients, { theta, layout }), expected, rounding(ahead), 'Δ', sizeOf(gradients, theta))
      },
    }),
    law({
      name: 'fast until it looks back',
      equation: 'k ∤ t ⇒ Δₜ = uₜ',
      words: 'Between two synchronizations steps are those of the optimizer, where θ is.',
      given: fc.record({ ...someRun, ...options }),
      holds: ({ gradients, theta, inner, k, alpha }) => {
        const ahead = mine(k, alpha, inner)
        const steps = stepsOf(ahead, gradients, { theta, layout })
        const made = steps.map(({ delta }) => delta)
        const fast = alongside(steps, innerOf(inner), gradients, layout)
        const expected = fast.map((u, i) => ((i + 1) % k === 0 ? (made[i] as Vector) : u))
        alike(made, expected, rounding(ahead))
      },
    }),
    law({
      name: 'part of the way at each synchronization',
      equation: 'k ∣ t ⇒ θ + Δₜ = slow + alpha · (θ + uₜ − slow)',
      words: 'slow is where the last one led, at first where θ started.',
      given: fc.record({ ...someRun, ...options }),
      holds: ({ gradients, theta, inner, k, alpha }) => {
        const ahead = mine(k, alpha, inner)
        const steps = stepsOf(ahead, gradients, { theta, layout })
        const fast = alongside(steps, innerOf(inner), gradients, layout)
        alike(
          steps.map(({ after }) => after),
          expectedOf(steps, fast, k, alpha).map(({ end }) => end),
          rounding(ahead),
          'θ + Δ',
          sizeOf(gradients, theta),
        )
      },
    }),
    law({
      name: 'back to where it started',
      equation: 'alpha = 0, k ∣ t ⇒ θ + Δₜ = θ₀',
      words: 'Slow weights that do not follow hold the fast ones back.',
      given: fc.record({ ...someRun, k: options.k }),
      holds: ({ gradients, theta, inner, k }) => {
        const ahead = mine(k, 0, inner)
        const ends = stepsOf(ahead, gradients, { theta, layout }).map(({ after }) => after)
        const expected = ends.map((end, i) => ((i + 1) % k === 0 ? theta : end))
        alike(ends, expected, rounding(ahead), 'θ + Δ', sizeOf(gradients, theta))
      },
    }),
    law({
      name: 'slow weights are evaluated',
      equation: 'readout = slow',
      words: 'At each update, where there is a readout; without one, where k divides t: there θ is slow.',
      given: fc.record({ ...someRun, ...options }),
      holds: ({ gradients, theta, inner, k, alpha }) => {
        const ahead = mine(k, alpha, inner)
        const m = machine(ahead, layout)
        const steps = stepsOf(ahead, gradients, { theta, layout })
        const fast = alongside(steps, innerOf(inner), gradients, layout)
        const shown = steps.map(({ state, after }) => flat(m.readout(state, leavesOf(layout, after))))
        const expected = expectedOf(steps, fast, k, alpha).map(({ slow }, i) =>
          ahead.readout || (i + 1) % k === 0 ? slow : (shown[i] as Vector),
        )
        alike(shown, expected, rounding(ahead), 'readout', sizeOf(gradients, theta))
      },
    }),
  ]
}
