import { advance, begin, type Optimizer, tree } from 'gradus'
import { expect, test } from 'vitest'
import { distance } from '../close.ts'
import { played } from './played.ts'
import { asTensors, FRAMEWORKS, pathOf, type Recording, recordings } from './recording.ts'

/** Of the leaf's largest entry, after thirty steps in float32 whose gradients range over four orders of magnitude. */
const TOLERANCE = 2e-4

/** The worst step of a run on the current back end. */
const worst = (optimizer: Optimizer, recording: Recording): number => {
  const { params0, grads, extra_args } = recording
  const expected = pathOf(recording)
  const given = asTensors(params0)
  let carry = begin(optimizer, given)
  tree.dispose(given)
  let far = 0
  for (const [i, g] of grads.entries()) {
    const grad = asTensors(g)
    carry = advance(optimizer)(carry, grad, extra_args?.[i]?.value)
    tree.dispose(grad)
    far = Math.max(far, distance(carry.params, expected[i]))
  }
  tree.dispose(carry)
  return far
}

/** Every recording that is one of our formulas, through `begin` and `advance` on the back end that is set by then. */
export const replay = (): void => {
  for (const framework of FRAMEWORKS)
    for (const recording of recordings(framework)) {
      const optimizer = played[framework][recording.id]
      if (optimizer)
        test(`${framework}: ${recording.id} is the recorded path`, () => {
          expect(worst(optimizer, recording)).toBeLessThan(TOLERANCE)
        })
    }
}
