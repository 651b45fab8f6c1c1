import fc from 'fast-check'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import type { Vector } from '../drawn/gradients.js'
import { type Law, law } from '../law.js'
import { numbersOf } from '../run/machine.js'
import { gradientsFor, LAYOUT, theta } from '../run/mine.js'
import { alike, rounding, run, stepsOf } from '../run/run.js'
import { same } from '../run/same.js'

/** Leaves have names and an order, which say nothing of what they mean. */
export const leaves = (optimizer: Optimizer): readonly Law[] => [
  law({
    name: 'names of leaves do not matter',
    equation: 'run({ w: θ, b: φ }) = run({ kernel: θ, bias: φ })',
    words: 'Bit by bit. Not for those that tell leaves apart by their paths, as with decay on all but the biases.',
    given: fc.record({
      gradients: gradientsFor(optimizer),
      theta,
      names: fc.constantFrom(['kernel', 'bias'], ['bias', 'kernel'], ['b', 'w'], ['embedding', 'norm'], ['scale', 'a']),
    }),
    holds: ({ gradients, theta, names: [first = '', second = ''] }) => {
      const layout = { [first]: LAYOUT.w, [second]: LAYOUT.b } as typeof LAYOUT
      const renamed = stepsOf(optimizer, gradients, { theta, layout })
      for (const [i, { t, delta, state }] of stepsOf(optimizer, gradients, { theta, layout: LAYOUT }).entries()) {
        same(`Δ at t = ${t}, with other names,`, renamed[i]?.delta, delta)
        same(`the state after t = ${t}, with other names,`, numbersOf(renamed[i]?.state), numbersOf(state))
      }
    },
  }),
  law({
    name: 'the order of leaves does not matter',
    equation: 'run({ w: θ, b: φ }) = run({ b: φ, w: θ })',
    words:
      'But for rounding, as sums over all leaves may add up in another order. Not for those that number the leaves, as for seeds.',
    given: fc.record({ gradients: gradientsFor(optimizer), theta }),
    holds: ({ gradients, theta }) => {
      const turned = run(optimizer, gradients.map(swapped), { theta: swapped(theta), layout: SWAPPED })
      alike(turned.map(back), run(optimizer, gradients, { theta, layout: LAYOUT }), rounding(optimizer))
    },
  }),
]

const SWAPPED = { b: LAYOUT.b, w: LAYOUT.w } as typeof LAYOUT
/** The matrix has six numbers, the vector two. */
const swapped = (x: Vector): Vector => [...x.slice(6), ...x.slice(0, 6)]
const back = (x: Vector): Vector => [...x.slice(2), ...x.slice(0, 2)]
