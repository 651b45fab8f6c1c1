import fc from 'fast-check'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import type { Hyper } from '../../src/schedule/schedule.js'
import { at } from '../arithmetic/averages.js'
import { type History, histories, type Vector, vectors } from '../drawn/gradients.js'
import { type Law, law, type Statement } from '../law.js'
import { numbersOf } from '../run/machine.js'
import { lr, made } from '../run/made.js'
import { alike, instead, rounding, type Step, stepsOf } from '../run/run.js'

/**
 * What is meant by weight decay, the λ of an optimizer's constructor: `laws.decoupledDecay(adamw)`.
 *
 *     decoupled    Δ(λ) = Δ(0) − lr · λ · θ, and the state does not hear of it
 *     L2           g + λ · θ in the place of g: the gradient of the loss + λ/2 · ‖θ‖²
 *
 * Plain SGD obeys both. With momentum, or anything else that remembers gradients, each excludes the other.
 * Loshchilov & Hutter 2019, https://arxiv.org/abs/1711.05101
 */
export type Decaying = (options: { readonly lr: Hyper; readonly weightDecay: number }) => Optimizer

interface Given {
  readonly lr: Hyper
  readonly weightDecay: number
  readonly theta: Vector
  readonly gradients: History
}

const given = fc.record({
  lr,
  // Powers of two: λ · θ is exact.
  weightDecay: fc.constantFrom(0.5, 2, 2 ** -7),
  theta: vectors({ zero: 'nowhere' }),
  gradients: histories(),
})

type Held = (given: Given, decaying: Optimizer, without: Optimizer) => void

const claim =
  (words: Pick<Statement<Given>, 'name' | 'equation' | 'words'>, holds: Held) =>
  (make: Decaying): Law => {
    const of = made(make)
    return law({
      ...words,
      given,
      holds: (drawn) => {
        const { lr, weightDecay } = drawn
        holds(drawn, of({ lr, weightDecay }), of({ lr, weightDecay: 0 }))
      },
    })
  }

const apart = claim(
  {
    name: 'weight decay apart from the gradient',
    equation: 'Δ(λ) = Δ(0) − lr · λ · θ',
    words: 'Of each step, from the same θ and state, with the lr of that step; but for rounding.',
  },
  ({ lr, weightDecay, theta, gradients }, decaying, without) => {
    const expected = instead(decaying, without, gradients, { theta }).map(({ delta, before, t }) =>
      delta.map((x, k) => x - at(lr, t) * weightDecay * (before[k] as number)),
    )
    alike(deltas(stepsOf(decaying, gradients, { theta })), expected, rounding(decaying))
  },
)

const untouched = claim(
  {
    name: 'weight decay leaves the state alone',
    equation: 'state(λ) = state(0)',
    words: 'After each step, from the same θ and state: no moment and no buffer hears of the decay.',
  },
  ({ theta, gradients }, decaying, without) => {
    const expected = states(instead(decaying, without, gradients, { theta }))
    alike(states(stepsOf(decaying, gradients, { theta })), expected, rounding(decaying), 'the state')
  },
)

const coupled = claim(
  {
    name: 'weight decay as part of the gradient',
    equation: 'Δ(g; θ, λ) = Δ(g + λ · θ; θ, 0), and the state alike',
    words: 'The decay does what a penalty of λ/2 · ‖θ‖² on the loss would do: L2 regularisation.',
  },
  ({ weightDecay, theta, gradients }, decaying, without) => {
    const steps = stepsOf(decaying, gradients, { theta })
    // As it is rounded over tensors: of a gradient that is almost −λ · θ little else is left.
    const round = decaying.rule ? (x: number) => x : Math.fround
    const penalized = gradients.map((g, i) =>
      g.map((x, k) => round(round(x) + weightDecay * round(steps[i]?.before[k] as number))),
    )
    const expected = stepsOf(without, penalized, { theta })
    const within = rounding(decaying)
    alike(deltas(steps), deltas(expected), within)
    alike(states(steps), states(expected), within, 'the state')
  },
)

const deltas = (steps: readonly Step[]): History => steps.map(({ delta }) => delta)
const states = (steps: readonly Step[]): History => steps.map(({ state }) => numbersOf(state))

/** Of `({ lr, weightDecay }) => Optimizer`, at rates that are schedules too: AdamW's decay. */
export const decoupledDecay = (make: Decaying): readonly Law[] => [apart(make), untouched(make)]

/** Of the same, as PyTorch's Adam has it. */
export const l2 = (make: Decaying): readonly Law[] => [coupled(make)]
