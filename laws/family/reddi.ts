import fc from 'fast-check'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import type { Schedule } from '../../src/schedule/schedule.js'
import type { Vector } from '../drawn/gradients.js'
import { type Law, law } from '../law.js'
import { Broken } from '../refuted.js'
import { machine } from '../run/machine.js'
import { made } from '../run/made.js'
import { leavesOf, one, stepOf } from '../run/run.js'

/**
 * Where Adam goes to the wrong end. Reddi, Kale & Kumar 2018, section 3, https://arxiv.org/abs/1904.09237. On [−1, 1], with C > 2,
 *
 *     f(x) = C · x at t = 1, 4, 7, …, and −x otherwise
 *     β₁ = 0, β₂ = 1/(1 + C²), lrₜ = 2/√t
 *
 * In three steps f falls by (C − 2) · 1 to the left: x has to go to −1. Adam has forgotten most of the large gradient when the two small
 * ones come: it goes left by about lr once, and right by about 0.7 · lr and 0.95 · lr. What divides by something that never falls goes
 * left by lr, and right by lr/C twice, or less; and what divides by nothing goes left by C · lr.
 */
export interface ReddiOptions {
  readonly lr: Schedule
  readonly b1: number
  readonly b2: number
}

const falling = (t: number): number => 2 / Math.sqrt(t)
const STEPS = 25
const inside = (x: number): number => Math.min(1, Math.max(-1, x))

/** Of one's own, by its options. Who has no b1, b2, or a rate that falls by itself, leaves them: `laws.reddi(() => adagrad({ lr: 1 }))`. */
export const reddi = (make: (options: ReddiOptions) => Optimizer): readonly Law[] => {
  const of = made(make)
  return [
    law({
      name: 'to the right end of Reddi, Kale and Kumar',
      equation: 'f(x) = C · x at t = 1, 4, 7, …, and −x otherwise, on [−1, 1] ⇒ x₂₅ < 0',
      words: `A large gradient that comes every third time is not outweighed by the two small ones between; x is put back into [−1, 1] after each step. At β₁ = 0, β₂ = 1/(1 + C²), lr = 2/√t, where there are these.`,
      given: fc.record({
        C: fc.constantFrom(4, 3, 8),
        theta: fc.tuple(...[1, 2, 3].map(() => fc.constantFrom(0, 1, -1, 0.5, -0.5))),
      }),
      holds: ({ C, theta }) => {
        const mine = of({ lr: falling, b1: 0, b2: 1 / (1 + C * C) })
        const layout = one(theta.length)
        const m = machine(mine, layout)
        let state = m.init(leavesOf(layout, theta))
        let x: Vector = theta
        for (let t = 1; t <= STEPS; t++) {
          const step = stepOf(
            m,
            layout,
            state,
            x,
            x.map(() => (t % 3 === 1 ? C : -1)),
            t,
          )
          state = step.state
          x = step.after.map(inside)
        }
        if (!x.every((each) => each < 0)) throw new Broken(`x after ${STEPS} steps`, x, 'less than 0, on the way to −1')
      },
    }),
  ]
}
