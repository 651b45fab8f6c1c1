import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { grad, tree } from 'gradus'
import { beforeAll, describe, expect, test } from 'vitest'
import { backends } from '../backends.ts'
import { dot, type Params, paramsFrom, seeds, terms, times } from './functions.ts'

const H = 2 ** -6
/**
 * A central difference of step h is off by h²/6 of the third derivative and by the value's rounding over h: both are below
 * a hundredth of the size of the values here.
 */
const TOLERANCE = 2e-2

describe.each(backends)('on %s, the gradient of a random smooth function', (_, set) => {
  beforeAll(set)

  test('is its slope along a random direction, by central differences', () => {
    fc.assert(
      fc.property(terms, seeds, (f, seed) => {
        const params = paramsFrom(seed)
        const direction = paramsFrom(seed + 1)
        const loss = (p: Params) => f(p).mean() as tf.Scalar
        const at = (h: number): number =>
          tf.tidy(() => loss(tree.add(params, times(direction, h))).dataSync()[0] as number)
        // Richardson: the third derivative cancels out.
        const slope = (4 * ((at(H) - at(-H)) / (2 * H)) - (at(2 * H) - at(-2 * H)) / (4 * H)) / 3
        const g = grad(loss)(params)
        const found = dot(g, direction).value
        tree.dispose([params, direction, g])
        expect(Math.abs(found - slope)).toBeLessThan(TOLERANCE * (1 + Math.abs(slope)))
      }),
      { numRuns: 60 },
    )
  })
})
