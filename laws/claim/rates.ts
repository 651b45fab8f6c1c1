import fc from 'fast-check'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import type { Hyper } from '../../src/schedule/schedule.js'
import { type History, histories, type Vector, vectors } from '../drawn/gradients.js'
import { type Law, law, type Statement } from '../law.js'
import { Broken } from '../refuted.js'
import { alike, exactly, instead, rounding, run, scaled } from '../run/run.js'

/** What an optimizer with a learning rate can claim: of it as a function of its rate, `laws.linearInLr(lion)` or `laws.linearInLr(({ lr }) => mine(lr))`. */
export type Rated = (options: { readonly lr: Hyper }) => Optimizer
export type RateClaim = (make: Rated) => readonly Law[]

const claim =
  <A extends object>(statement: Omit<Statement<A>, 'holds'>, holds: (make: Rated) => (a: A) => void): RateClaim =>
  (make) => [law({ ...statement, holds: holds(make) })]

const theta = vectors({ zero: 'nowhere' })

/** A rate that changes, by powers of two. */
const rates = (t: number): number => 2 ** -(t % 3)

export const linearInLr = claim(
  {
    name: 'linear in lr',
    equation: 'Δ at c · lr = c · Δ at lr',
    words: 'Of the next step alone, from the same θ and state, wherever a run has led.',
    given: fc.record({ gradients: histories(), theta, c: fc.constantFrom(2, 0.25, 8) }),
  },
  (make) => {
    const mine = make({ lr: rates })
    const others = new Map([2, 0.25, 8].map((c) => [c, make({ lr: (t) => c * rates(t) })]))
    return ({ gradients, theta, c }) => {
      const next = instead(mine, others.get(c) as Optimizer, gradients, { theta }).map(({ delta }) => delta)
      alike(next, scaled(c, run(mine, gradients, { theta })), exactly(mine))
    }
  },
)

export const boundedByLr = claim(
  {
    name: 'at most lr',
    equation: '−lr ≤ Δᵢ ≤ lr',
    words: 'No step of an element is longer than lr, whatever the gradients are, but for rounding.',
    given: fc.record({ gradients: histories(), theta }),
  },
  (make) => {
    const mine = make({ lr: rates })
    return ({ gradients, theta }) => {
      for (const [i, step] of run(mine, gradients, { theta }).entries())
        if (step.some((x) => !(Math.abs(x) <= rates(i + 1) * (1 + rounding(mine)))))
          throw new Broken(`Δ at t = ${i + 1}`, step, `at most lr = ${rates(i + 1)}`)
    }
  },
)

export const constantGradient = claim(
  {
    name: 'lr at a constant gradient',
    equation: 'gs = (g, g, …) ⇒ Δᵢ = −lr · sign(gᵢ)',
    words: 'From the first step on, where no g is 0, but for rounding: averages that start at 0 are freed of it.',
    given: fc.record({ g: vectors({ zero: 'nowhere' }), theta, steps: fc.integer({ min: 1, max: 12 }) }),
  },
  (make) => {
    const mine = make({ lr: rates })
    return ({ g, theta, steps }) => {
      const made: History = run(mine, Array<Vector>(steps).fill(g), { theta })
      alike(
        made,
        made.map((_, i) => g.map((x) => -rates(i + 1) * Math.sign(x))),
        rounding(mine),
      )
    }
  },
)
