import fc from 'fast-check'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import type { Hyper } from '../../src/schedule/schedule.js'
import { plus, times } from '../arithmetic/norm.js'
import { histories, type Vector, vectors } from '../drawn/gradients.js'
import { type Law, law } from '../law.js'
import { Broken } from '../refuted.js'
import { alongside } from '../run/inner.js'
import { alike, rounding, run, stepsOf } from '../run/run.js'
import { along, layout, lengths, long, ofZeros, zeros } from './trust.js'

/**
 * LARS, of the function that makes it: `laws.lars(myLars)`. You, Gitman & Ginsburg 2017, Algorithm 1.
 *
 *     m ← beta · m + lr · λ · (g + weightDecay · θ),   Δ = −m          tensor by tensor
 *
 * with λ = trust · ‖θ‖ / (‖g‖ + weightDecay · ‖θ‖), the paper's, or trust · ‖θ‖ / ‖g + weightDecay · θ‖: they differ where there is a
 * decay, and nothing here tells them apart.
 */
export interface Lars {
  readonly lr: Hyper
  readonly trust: number
  readonly beta: number
  readonly weightDecay: number
}

const lr = (t: number): number => 2 ** -(1 + (t % 3))
const [TRUST, BETA, DECAY] = [0.5, 0.75, 0.29]
const alive = fc.record({ gradients: histories({ zero: 'nowhere' }), theta: vectors({ zero: 'nowhere' }) })

export const lars = (make: (options: Lars) => Optimizer): readonly Law[] => {
  const plain = make({ lr, trust: TRUST, beta: 0, weightDecay: 0 })
  const decaying = make({ lr, trust: TRUST, beta: 0, weightDecay: DECAY })
  const whole = make({ lr, trust: TRUST, beta: BETA, weightDecay: DECAY })
  return [
    law({
      name: 'as long as lr · trust times the tensor',
      equation: '‖Δ‖ = lr · trust · ‖θ‖',
      words: 'Without momentum and decay, where neither θ nor g is 0.',
      given: alive,
      holds: ({ gradients, theta }) => {
        for (const step of stepsOf(plain, gradients, { theta, layout }))
          for (const [made, before] of lengths(step))
            long(`‖Δ‖ at t = ${step.t}`, made, lr(step.t) * TRUST * before, rounding(plain))
      },
    }),
    law({
      name: 'no longer with decay',
      equation: '‖Δ‖ ≤ lr · trust · ‖θ‖',
      words: 'Without momentum, where θ is not 0: the decay is part of what is made as long as the tensor says.',
      given: fc.record({ gradients: histories(), theta: vectors({ zero: 'nowhere' }) }),
      holds: ({ gradients, theta }) => {
        for (const step of stepsOf(decaying, gradients, { theta, layout }))
          for (const [made, before] of lengths(step)) {
            const most = lr(step.t) * TRUST * before
            if (!(made <= most * (1 + rounding(decaying))))
              throw new Broken(`‖Δ‖ at t = ${step.t}`, made, `at most ${most}`)
          }
      },
    }),
    law({
      name: 'along the gradient and the decay',
      equation: 'Δ = −s · (g + weightDecay · θ),   s > 0',
      words: 'Without momentum: one number s a tensor.',
      given: zeros.given,
      holds: ({ g, theta }) => {
        const [delta] = run(decaying, [g], { theta, layout })
        along(delta as Vector, times(-1, plus(g, times(DECAY, theta))), rounding(decaying))
      },
    }),
    law({
      ...zeros,
      name: 'a tensor of zeros moves by lr',
      equation: 'θ = 0 ⇒ Δ = −lr · g',
      words: 'Without momentum and decay: it would never move otherwise. Without a gradient nothing moves.',
      holds: (drawn) => {
        const [delta] = run(plain, [drawn.g], { theta: drawn.theta, layout })
        ofZeros(delta as Vector, drawn, -lr(1), rounding(plain))
      },
    }),
    law({
      name: 'LARS sums up its steps',
      equation: 'Δₜ = beta · Δₜ₋₁ + Δₜ at beta = 0',
      words: 'Rate and ratio are inside of the momentum: when they change, what has been summed up does not.',
      given: fc.record({ gradients: histories(), theta: vectors() }),
      holds: ({ gradients, theta }) => {
        const steps = stepsOf(whole, gradients, { theta, layout })
        const made = steps.map(({ delta }) => delta)
        const fresh = alongside(steps, decaying, gradients, layout)
        const expected = fresh.map((step, i) => (i === 0 ? step : plus(step, times(BETA, made[i - 1] as Vector))))
        alike(made, expected, rounding(whole))
      },
    }),
  ]
}
