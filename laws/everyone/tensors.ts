import { memory, Tensor, tidy } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { discard } from '../../src/optimizer/discard.js'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import * as tree from '../../src/tree.js'
import { histories } from '../drawn/gradients.js'
import { type Law, law } from '../law.js'
import { Broken } from '../refuted.js'
import { savedOf } from '../run/machine.js'
import { type Mine, made, n, theta } from '../run/mine.js'
import { same } from '../run/same.js'
import { type Given, type Result, walk } from '../run/walk.js'

/**
 * What an optimizer does with tensors, on tfjs's current back end. They are freed by hand, so whoever calls `update` must be able to
 * rely on this: what was given is still there and as it was, what came back is there until it is disposed, and nothing else is.
 *
 * An update may return what it was given, and one tensor may stand in several places: chains and `advance` look before they dispose.
 */
export const tensors = (mine: Mine): readonly Law[] => {
  const optimizer = made(mine)
  const update = ({ state, grad, t, at }: Given, of = optimizer): Result => of.update(state, grad, t, at)
  return [
    law({
      name: 'shapes and types are kept',
      equation: 'Δ has θ’s leaves, shapes and dtypes, s′ those of s',
      words: 'Δθ can be added to θ, and the next state can take the place of this one, step after step.',
      given: some,
      holds: ({ gradients, theta }) =>
        walk(optimizer, gradients, theta, (given) => {
          const [next, delta] = update(given)
          alike(`Δ at t = ${given.t}`, delta, given.at.params)
          alike(`the state after t = ${given.t}`, next, given.state)
          const moved = elsewhere(optimizer, given)
          for (const [what, x] of Object.entries(moved)) alike(`the ${what} at t = ${given.t}`, x, given.at.params)
          discard(moved, operands(given), next, delta)
          return [next, delta]
        }),
    }),
    law({
      name: 'what is given stays as it was',
      equation: 's, g, θ, h after update(s, g, t, θ, h) = s, g, θ, h before',
      words: 'Nothing that an update is given is changed or disposed, neither state nor gradient nor θ: byte for byte.',
      given: some,
      holds: ({ gradients, theta }) =>
        walk(optimizer, gradients, theta, (given) => {
          const before = savedOf(alive(operands(given), `of what was given before t = ${given.t}`))
          const result = update(given)
          unharmed('what was given', operands(given), before, `after the update at t = ${given.t}`)
          return result
        }),
    }),
    law({
      name: 'arguments and results can be disposed apart',
      equation: 'dispose(s, g, θ) leaves s′, Δ;  dispose(s′, Δ) leaves s, g, θ',
      words:
        'What an update returns is alive, and is either new or what was given: it shares no memory and is not kept for another time.',
      given: fc.record({ gradients, theta, disposed: fc.constantFrom('the arguments', 'the results') }),
      holds: ({ gradients, theta, disposed }) =>
        walk(optimizer, gradients, theta, (given) => {
          const [state, delta] = update(given)
          const came = savedOf(alive({ state, delta }, `of what came back at t = ${given.t}`))
          const before = savedOf(operands(given))
          const after = `at t = ${given.t}, when ${disposed} were disposed`
          if (disposed === 'the results') {
            discard(update(given), operands(given))
            unharmed('what was given', operands(given), before, after)
          } else discard(operands(given), state, delta)
          unharmed('what came back', { state, delta }, came, after)
          return [state, delta]
        }),
    }),
    law({
      name: 'no tensor is left behind',
      equation: 'tensors after update − tensors before = new ones in s′ and Δ',
      words:
        'An update disposes all that it makes and does not return, and so do probe and readout; inside tidy nothing outlives it.',
      given: fc.record({
        gradients: fc.oneof({ arbitrary: gradients, weight: 11 }, { arbitrary: long, weight: 1 }),
        theta,
      }),
      holds: ({ gradients, theta }) => {
        // What is no formula may make something when it is first used: then another one, if there is a way to make it.
        const fresh = optimizer.rule ? optimizer : made(mine)
        const start = memory()
        walk(fresh, gradients, theta, (given) => {
          const { numTensors } = memory()
          tidy(() => void update(given, fresh))
          none(`tensors left behind by an update inside tidy at t = ${given.t}`, memory().numTensors - numTensors)
          const left = (made: unknown): number => {
            tree.dispose(given.evaluated)
            const known = new Set(tree.tensors(operands(given)))
            const own = new Set(tree.tensors(made).filter((x) => !known.has(x)))
            return memory().numTensors - numTensors - own.size
          }
          const moved = elsewhere(fresh, given)
          none(`tensors left behind by the probe or the readout at t = ${given.t}`, left(moved))
          discard(moved, operands(given))
          const result = update(given, fresh)
          none(`tensors left behind by the update at t = ${given.t}`, left(result))
          return result
        })
        none('tensors left behind by init, or when all were disposed', memory().numTensors - start.numTensors)
        none('buffers left behind when all tensors were disposed', memory().numDataBuffers - start.numDataBuffers)
      },
    }),
  ]
}

const gradients = histories({ n, max: 2 })
/** Some do something at every tenth step. */
const long = histories({ n, min: 10, max: 12 })
const some = fc.record({ gradients, theta })

const operands = ({ state, grad, at }: Given) => ({ state, g: grad, theta: at.params, hessian: at.hessian })

/** Where the gradient is wanted and what is to be evaluated, if not θ. */
const elsewhere = (of: Optimizer, { state, t, at, gradAt }: Given) => ({
  ...(of.probe && { probe: of.probe(state, at.params, gradAt, t) }),
  ...(of.readout && { readout: of.readout(state, at.params) }),
})

/** Throws unless a tree has the leaves of another, and each is of the same kind. */
const alike = (what: string, found: unknown, like: unknown): void => {
  const leaves = tree.alike('optimizer.update', what, like, found)
  for (const [i, [path, x]] of tree.entries(like).entries())
    if (kind(leaves[i]) !== kind(x)) throw new Broken(`"${path}" of ${what}`, kind(leaves[i]), kind(x))
}

const kind = (leaf: unknown): string => (leaf instanceof Tensor ? `${leaf.dtype} [${leaf.shape}]` : typeof leaf)

const alive = <A>(found: A, what: string): A => {
  for (const [path, x] of tree.entries(found))
    if (x instanceof Tensor && x.isDisposed) throw new Broken(`"${path}" ${what}`, 'disposed', 'a tensor that is alive')
  return found
}

const unharmed = (what: string, found: unknown, before: unknown, when: string): void =>
  same(`${what}, ${when},`, savedOf(alive(found, `of ${what}, ${when},`)), before)

const none = (what: string, n: number): void => {
  if (n !== 0) throw new Broken(`the number of ${what}`, n, 0)
}
