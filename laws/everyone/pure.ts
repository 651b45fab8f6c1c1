import fc from 'fast-check'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import { entries } from '../../src/tree.js'
import type { Vector } from '../drawn/gradients.js'
import { type Law, law } from '../law.js'
import { Broken } from '../refuted.js'
import { machine, numbersOf } from '../run/machine.js'
import { gradientsFor, LAYOUT, type Mine, made, theta } from '../run/mine.js'
import { leavesOf, type Step, scaled, stepOf, stepsOf } from '../run/run.js'
import { same } from '../run/same.js'

/**
 * An optimizer is a function: all that it remembers is in the state that it returns, and a state starts as numbers and as θ.
 *
 *     update(s, g, t, θ) = update(s, g, t, θ)        init(θ) = init(θ)        run(gs ⧺ hs) = run(gs) ⧺ run(hs, from where gs led)
 */
export const pure = (mine: Mine): readonly Law[] => {
  const optimizer = made(mine)
  const m = machine(optimizer, LAYOUT)
  const history = gradientsFor(optimizer)
  const start = (theta: Vector) => m.init(leavesOf(LAYOUT, theta))
  const step = (state: unknown, theta: Vector, g: Vector, t: number) => stepOf(m, LAYOUT, state, theta, g, t)
  const again = typeof mine === 'function' ? [sameAgain(mine)] : []
  return [
    law({
      name: 'the same in, the same out',
      equation: 'update(s, g, t, θ) = update(s, g, t, θ),  init(θ) = init(θ)',
      words:
        'Bit by bit, whatever the optimizer was asked in between: it remembers nothing but its state, and hears no clock.',
      given: fc.record({ gradients: history, theta }),
      holds: ({ gradients, theta }) => {
        const first = start(theta)
        let [state, at] = [first, theta]
        const forth = gradients.map((g, i) => {
          const from = { state, at }
          const made = step(state, at, g, i + 1)
          state = made.state
          at = made.after
          return { from, g, made }
        })
        for (const { from, g, made } of forth.reverse())
          sameStep(step(from.state, from.at, g, made.t), made, 'asked again')
        same('the first state, asked again,', start(theta), first)
      },
    }),
    law({
      name: 'the first state is numbers and copies of θ',
      equation: 'init(θ)ᵢ = cᵢ, or init(θ)ᵢ = θⱼ',
      words:
        'Whatever θ is: nothing is computed from it, as a formula cannot either. Who wants to begin at its norm does so in the first update.',
      given: fc.record({ theta, phi: theta }),
      holds: (drawn) => {
        const [theta, phi] = [drawn.theta.map(Math.fround), drawn.phi.map(Math.fround)]
        const [a, b] = [start(theta), start(phi)]
        const leaves = entries(b)
        for (const [k, [path, x]] of entries(a).entries()) {
          const [xs, ys] = [numbersOf(x), numbersOf(leaves[k]?.[1])]
          const own = (x: number, i: number) =>
            Object.is(x, ys[i]) || theta.some((value, j) => x === value && ys[i] === phi[j])
          if (xs.length !== ys.length || !xs.every(own))
            throw new Broken(`"${path}" of the first state`, [xs, ys], 'the same for both, or numbers of θ and of φ')
        }
      },
    }),
    law({
      name: 'resumption',
      equation: 'run(gs ⧺ hs) = run(gs) ⧺ run(hs, from where gs led)',
      words:
        'A run that is saved, and taken up again when the optimizer has meanwhile served another one, goes on as if nothing had been: ' +
        'bit by bit, with the t that comes next.',
      given: fc.record({
        gradients: gradientsFor(optimizer, { min: 2 }),
        after: fc.integer({ min: 1, max: 7 }),
        theta,
      }),
      holds: ({ gradients, after, theta }) => {
        const whole = stepsOf(optimizer, gradients, { theta, layout: LAYOUT })
        const half = Math.min(after, gradients.length - 1)
        const saved = stepsOf(optimizer, gradients.slice(0, half), { theta, layout: LAYOUT }).at(-1) as Step
        stepsOf(optimizer, scaled(-3, gradients.slice(-2)), { theta: theta.map((x) => x + 1), layout: LAYOUT })
        let { state, after: at } = saved
        for (const expected of whole.slice(half)) {
          const made = step(state, at, gradients[expected.t - 1] as Vector, expected.t)
          sameStep(made, expected, `taken up again after step ${half}`)
          state = made.state
          at = made.after
        }
      },
    }),
    ...again,
  ]
}

const sameAgain = (make: () => Optimizer): Law => {
  let two: readonly [Optimizer, Optimizer] | undefined
  return law({
    name: 'made again, it is the same',
    equation: 'make() = make()',
    words: 'Two optimizers made in the same way make the same steps, bit by bit: nothing is drawn, counted or shared.',
    given: fc.record({ gradients: gradientsFor(make()), theta }),
    holds: ({ gradients, theta }) => {
      two ??= [make(), make()]
      const expected = stepsOf(two[0], gradients, { theta, layout: LAYOUT })
      for (const [i, step] of stepsOf(two[1], gradients, { theta, layout: LAYOUT }).entries())
        sameStep(step, expected[i] as Step, 'made again')
    },
  })
}

const sameStep = (found: Step, expected: Step, how: string): void => {
  same(`Δ at t = ${expected.t}, ${how},`, found.delta, expected.delta)
  same(`the state after t = ${expected.t}, ${how},`, found.state, expected.state)
}
