import fc from 'fast-check'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import { adamw } from '../../src/rule/adamw.js'
import type { Hyper } from '../../src/schedule/schedule.js'
import { eachTensor, minus, norm, times } from '../arithmetic/norm.js'
import { histories, type Vector, vectors } from '../drawn/gradients.js'
import { type Law, law } from '../law.js'
import { Broken } from '../refuted.js'
import { alongside } from '../run/inner.js'
import { remembered } from '../run/made.js'
import { rounding, stepsOf } from '../run/run.js'
import { layout, lengths, long } from './trust.js'

/**
 * LAMB, of the function that makes it: `laws.lamb(myLamb)`. You et al. 2019, Algorithm 2.
 *
 *     Δ = −lr · ‖θ‖ / ‖u‖ · u,   u = m̂ / (√v̂ + eps) + weightDecay · θ          tensor by tensor
 */
export interface Lamb {
  readonly lr: Hyper
  readonly b1: number
  readonly b2: number
  readonly eps: number
  readonly weightDecay: number
}

const lr = (t: number): number => 2 ** -(4 + (t % 3))
const betas = { b1: 0.87, b2: 0.99, eps: 1e-6 }
const DECAY = 0.29
/** So far from 0 that a decay is more than Adam’s part, which is hardly above 1, from first to last: u is never 0 by accident. */
const far = vectors({ zero: 'nowhere' }).map((theta) => theta.map((x) => x + 16 * Math.sign(x)))

export const lamb = (make: (options: Lamb) => Optimizer): readonly Law[] => {
  const of = remembered((weightDecay: number) => make({ lr, ...betas, weightDecay }))
  const adam = remembered((weightDecay: number) => adamw({ lr: 1, ...betas, weightDecay }))
  return [
    law({
      name: 'as long as lr times the tensor',
      equation: '‖Δ‖ = lr · ‖θ‖',
      words:
        'Each tensor changes by as much as lr says, its decay included; where it is not 0, nor what Adam and the decay make of it.',
      given: fc.record({ gradients: histories(), theta: far }),
      holds: ({ gradients, theta }) => {
        for (const step of stepsOf(of(DECAY), gradients, { theta, layout }))
          for (const [made, before] of lengths(step))
            long(`‖Δ‖ at t = ${step.t}`, made, lr(step.t) * before, rounding(of(DECAY)))
      },
    }),
    law({
      name: 'LAMB goes where AdamW goes',
      equation: 'Δ = lr · ‖θ‖ / ‖u‖ · u',
      words: 'u is the step of AdamW there at a rate of 1. The ratio is 1 where a norm is 0.',
      given: fc.record({ gradients: histories(), theta: vectors(), weightDecay: fc.constantFrom(0, DECAY) }),
      edges: [
        { gradients: [[1, -2, 3]], theta: [0, 0, 0], weightDecay: 0 },
        { gradients: [[0, 0, 1]], theta: [1, 2, 3], weightDecay: 0 },
      ],
      holds: ({ gradients, theta, weightDecay }) => {
        const mine = of(weightDecay)
        const steps = stepsOf(mine, gradients, { theta, layout })
        const us = alongside(steps, adam(weightDecay), gradients, layout)
        for (const [i, { before, delta, t }] of steps.entries()) {
          const expected = eachTensor(
            layout,
            (x, u) => times(lr(t) * ratio(norm(x), norm(u)), u),
            before,
            us[i] as Vector,
          )
          // Rounding is relative to what u is the sum of, and u may be less than that.
          const off = eachTensor(
            layout,
            (x, u, made, whole) => {
              const lost = norm(u) === 0 ? 0 : Math.max(1, (1 + weightDecay * norm(x)) / norm(u))
              return norm(minus(made, whole)) <= rounding(mine) * lost * norm(whole) ? [] : made
            },
            before,
            us[i] as Vector,
            delta,
            expected,
          )
          if (off.length > 0) throw new Broken(`Δ at t = ${t}`, delta, expected)
        }
      },
    }),
  ]
}

const ratio = (a: number, b: number): number => (a === 0 || b === 0 ? 1 : a / b)
