import fc from 'fast-check'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import { plus, times } from '../arithmetic/norm.js'
import { type History, histories, type Vector } from '../drawn/gradients.js'
import { type Law, law } from '../law.js'
import { sizeOf, theta } from '../run/inner.js'
import { machine } from '../run/machine.js'
import { remembered } from '../run/made.js'
import { alike, exactly, flat, leavesOf, one, rounding, run, stepsOf } from '../run/run.js'

/**
 * Averages of the weights, last in a chain, of the function that makes one: `laws.averageEma(averageEma)`. Steps go through as they are;
 * what is evaluated is, of θ₁ … θₜ, those that updates led to,
 *
 *     averageEma     decayᵗ⁻¹ · θ₁ + (1 − decay) · Σ decayᵗ⁻ⁱ · θᵢ          i = 2 … t
 *     averageSwa     the mean of θᵢ with i > start, stride ∣ i − start
 *
 * and θ as long as there is nothing to average. The θ before the first update is in none of them.
 */
const layout = one(3)
const seen = { gradients: histories({ max: 9 }), theta }

/** What is evaluated after each update. */
const shown = (mine: Optimizer, gradients: History, theta: Vector) => {
  const m = machine(mine, layout)
  const steps = stepsOf(mine, gradients, { theta, layout })
  const readouts = steps.map(({ state, after }) => flat(m.readout(state, leavesOf(layout, after))))
  const visited = steps.map(({ after }) => after)
  return { readouts, visited, within: rounding(mine), size: sizeOf([...gradients, ...visited], theta) }
}

const sum = (xs: History): Vector => xs.reduce(plus)

const passing = (mine: Optimizer, name: string): Law =>
  law({
    name,
    equation: 'Δ = g',
    words: 'An average looks on: steps are as they were.',
    given: fc.record(seen),
    holds: ({ gradients, theta }) => alike(run(mine, gradients, { theta, layout }), gradients, exactly(mine)),
  })

export const averageEma = (make: (options: { readonly decay: number }) => Optimizer): readonly Law[] => {
  const of = remembered((decay: number) => make({ decay }))
  return [
    passing(of(0.5), 'a moving average leaves steps as they are'),
    law({
      name: 'a moving average of weights',
      equation: 'readout = decayᵗ⁻¹ · θ₁ + (1 − decay) · Σ decayᵗ⁻ⁱ · θᵢ,   i = 2 … t',
      words: 'It begins with the first weights that an update has led to, whole.',
      given: fc.record({ ...seen, decay: fc.constantFrom(0.5, 0.9, 0.25, 0) }),
      holds: ({ gradients, theta, decay }) => {
        const { readouts, visited, within, size } = shown(of(decay), gradients, theta)
        const expected = visited.map((_, t) =>
          sum(visited.slice(0, t + 1).map((x, i) => times((i === 0 ? 1 : 1 - decay) * decay ** (t - i), x))),
        )
        alike(readouts, expected, within, 'readout', size)
      },
    }),
  ]
}

interface Seen {
  readonly gradients: History
  readonly theta: Vector
}

export interface Swa {
  readonly start: number
  readonly stride: number
}

export const averageSwa = (make: (options: Swa) => Optimizer): readonly Law[] => {
  const of = remembered((start: number, stride: number) => make({ start, stride }))
  const holds = ({ gradients, theta, start, stride }: Seen & Swa) => {
    const { readouts, visited, within, size } = shown(of(start, stride), gradients, theta)
    const expected = visited.map((now, t) => {
      const entered = visited.slice(0, t + 1).filter((_, i) => i + 1 > start && (i + 1 - start) % stride === 0)
      return entered.length === 0 ? now : times(1 / entered.length, sum(entered))
    })
    alike(readouts, expected, within, 'readout', size)
  }
  return [
    passing(of(0, 1), 'a mean of weights leaves steps as they are'),
    law({
      name: 'a mean of weights',
      equation: 'readout = (θ₁ + … + θₜ) / t',
      words: 'All weights that an update has led to, each as much as the others.',
      given: fc.record(seen),
      holds: (drawn) => holds({ ...drawn, start: 0, stride: 1 }),
    }),
    law({
      name: 'a mean of the weights at the ends of cycles',
      equation: 'readout = mean of θᵢ with i > start, stride ∣ i − start',
      words: 'Until there is one it is θ itself that is evaluated.',
      given: fc.record({ ...seen, start: fc.constantFrom(0, 1, 3), stride: fc.constantFrom(1, 2, 3) }),
      holds,
    }),
  ]
}
