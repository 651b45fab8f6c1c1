import fc from 'fast-check'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import { entries } from '../../src/tree.js'
import type { History } from '../drawn/gradients.js'
import { type Law, law } from '../law.js'
import { Broken } from '../refuted.js'
import { machine, numbersOf } from '../run/machine.js'
import { gradientsFor, hidden, LAYOUT, theta } from '../run/mine.js'
import { leavesOf, stepsOf } from '../run/run.js'

/**
 * Finite in, finite out, on a domain in which float32 has room for g² and g³, and not for g⁴: 2⁸⁰, 2¹²⁰ < 2¹²⁸.
 *
 * A formula is held to it twice: by its meaning, and over tensors.
 */
export const finite = (optimizer: Optimizer): Law =>
  of(
    'finite in, finite out',
    optimizer,
    'No NaN and no infinity in θ, nor in the state, but where that began with one.',
  )

export const finiteOverTensors = (optimizer: Optimizer): Law =>
  of('finite in, finite out, in float32', hidden(optimizer), 'The same over tensors, where less is infinite.')

const of = (name: string, optimizer: Optimizer, words: string): Law =>
  law({
    name,
    equation: '|gᵢ| ∈ {0} ∪ [2⁻⁴⁰, 2⁴⁰] ⇒ Δᵢ ∈ ℝ',
    words,
    given: fc.record({ gradients: gradientsFor(optimizer, { scale: 40 }).map(bounded, (gs) => gs as History), theta }),
    edges: EDGES.map((gradients) => ({ gradients, theta: [1, -2, 0, 0.5, 3, 0, -1, 0] })),
    holds: ({ gradients, theta }) => {
      const first = entries(machine(optimizer, LAYOUT).init(leavesOf(LAYOUT, theta)))
      const endless = new Set(first.filter(([, x]) => !isFinite(numbersOf(x))).map(([path]) => path))
      for (const { t, delta, after, state } of stepsOf(optimizer, gradients, { theta, layout: LAYOUT })) {
        if (!isFinite(delta)) throw new Broken(`Δ at t = ${t}`, delta, 'numbers')
        if (!isFinite(after)) throw new Broken(`θ after t = ${t}`, after, 'numbers')
        for (const [path, x] of entries(state))
          if (!endless.has(path) && !isFinite(numbersOf(x)))
            throw new Broken(`"${path}" of the state after t = ${t}`, numbersOf(x), 'numbers')
      }
    },
  })

const [MOST, LEAST] = [2 ** 40, 2 ** -40]
/** The largest and the smallest beside each other and one after the other: in a matrix, a row of each. */
const EDGES: readonly History[] = [
  [[MOST, MOST, 0, 0, 0, 0, MOST, 0]],
  [[MOST, -MOST, LEAST, -LEAST, 1, 0, MOST, LEAST]],
  [
    [MOST, LEAST, 0, 1, 0, 0, MOST, LEAST],
    [LEAST, -MOST, LEAST, 0, 0, 0, 0, -MOST],
  ],
]

const isFinite = (numbers: readonly number[]): boolean => numbers.every(Number.isFinite)

const bounded = (gradients: History): History =>
  gradients.map((g) => g.map((a) => (a === 0 ? a : Math.sign(a) * Math.min(MOST, Math.max(LEAST, Math.abs(a))))))
