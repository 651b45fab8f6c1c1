import { Tensor } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { brief } from '../../src/failure.js'
import { discard } from '../../src/optimizer/discard.js'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import * as tree from '../../src/tree.js'
import { histories, type Vector } from '../drawn/gradients.js'
import { type Law, law } from '../law.js'
import { Broken } from '../refuted.js'
import { restored, savedOf } from '../run/machine.js'
import { n, theta } from '../run/mine.js'
import { same } from '../run/same.js'
import { numbersIn, type Shape, walk } from '../run/walk.js'

/** What formulas cannot get wrong, and code over tensors can: to know a state by its handles, and θ by its tree. */
export const saved = (optimizer: Optimizer): readonly Law[] => [
  law({
    name: 'a saved state is as good',
    equation: 'update(restore(save(s)), g, t, θ) = update(s, g, t, θ)',
    words:
      'A state is its tensors’ numbers, and numbers, strings, booleans and null: it can be written to a file, and nothing is lost.',
    given: fc.record({ gradients: histories({ n, max: 3 }), theta }),
    holds: ({ gradients, theta }) =>
      walk(optimizer, gradients, theta, ({ state, grad, t, at }) => {
        for (const [path, x] of tree.entries(state))
          if (!(x instanceof Tensor) && !isData(x))
            throw new Broken(
              `"${path}" of the state before t = ${t}`,
              brief(x),
              'a tensor, a number, a string, a boolean or null',
            )
        const again = restored(savedOf(state))
        const [next, delta] = optimizer.update(again, grad, t, at)
        const live = optimizer.update(state, grad, t, at)
        same(
          `what the saved state led to at t = ${t}`,
          savedOf({ state: next, delta }),
          savedOf({ state: live[0], delta: live[1] }),
        )
        discard([again, next, delta], live, state, grad, at.params, at.hessian)
        return live
      }),
  }),
  law({
    name: 'nesting of leaves does not matter',
    equation: 'run({ layers: [{ w: θ }], b: φ }) = run({ w: θ, b: φ })',
    words:
      'Parameters may be any nesting of objects and arrays. Bit by bit; not for those that tell leaves apart by their paths.',
    given: fc.record({ gradients: histories({ n, max: 3 }), theta }),
    holds: ({ gradients, theta }) => {
      const deltas = (shape: Shape): readonly Vector[] => {
        const found: Vector[] = []
        walk(
          optimizer,
          gradients,
          theta,
          ({ state, grad, t, at }) => {
            const result = optimizer.update(state, grad, t, at)
            found.push(numbersIn(result[1]))
            return result
          },
          shape,
        )
        return found
      }
      const flat = deltas((leaves) => leaves)
      for (const [i, delta] of deltas(({ w, b }) => ({ layers: [{ w }], b }) as tree.Tensors).entries())
        same(`Δ at t = ${i + 1}, of nested leaves,`, delta, flat[i])
    },
  }),
]

const isData = (x: unknown): boolean => x === null || ['number', 'string', 'boolean'].includes(typeof x)
