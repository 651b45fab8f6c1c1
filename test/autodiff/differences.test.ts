import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { grad, tree } from 'gradus'
import { beforeAll, describe, expect, test } from 'vitest'
import { backends } from '../backends.ts'
import { gaussian, normal } from '../random.ts'

/** Two small matrices and a vector, and smooth functions of them, built up by chance. */
interface Params {
  readonly w: tf.Tensor2D
  readonly layers: readonly { readonly u: tf.Tensor2D; readonly b: tf.Tensor1D }[]
}

const paramsFrom = (seed: number): Params => {
  const next = gaussian(seed)
  const matrix = () => normal([3, 3], next, 0.5) as tf.Tensor2D
  return { w: matrix(), layers: [{ u: matrix(), b: normal([3], next, 0.5) as tf.Tensor1D }] }
}

type Term = (p: Params) => tf.Tensor2D
const leaf: fc.Arbitrary<Term> = fc.constantFrom<Term>(
  (p) => p.w,
  (p) => p.layers[0]?.u as tf.Tensor2D,
  (p) => p.w.add(p.layers[0]?.b as tf.Tensor1D) as tf.Tensor2D,
)
const unary = fc.constantFrom<(x: tf.Tensor2D) => tf.Tensor2D>(
  (x) => x.tanh(),
  (x) => x.square().mul(0.5),
  (x) => x.mul(x).mul(x).mul(0.2),
  (x) => x.sigmoid(),
  (x) => x.transpose(),
  (x) => x.sub(x.mean(1, true)),
  (x) => x.softmax(),
  (x) => x.neg().exp().mul(0.3),
)
const binary = fc.constantFrom<(x: tf.Tensor2D, y: tf.Tensor2D) => tf.Tensor2D>(
  (x, y) => x.add(y),
  (x, y) => x.sub(y),
  (x, y) => x.mul(y),
  (x, y) => tf.matMul(x, y),
  (x, y) => tf.matMul(x, y, true, false),
  (x, y) => tf.matMul(x, y, false, true),
  (x, y) => tf.matMul(x, y, true, true),
  (x, y) => x.div(y.square().add(1)),
)
const term: fc.Arbitrary<Term> = fc.letrec<{ term: Term }>((tie) => ({
  term: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.tuple(unary, tie('term')).map(
      ([f, a]): Term =>
        (p) =>
          f(a(p)),
    ),
    fc.tuple(binary, tie('term'), tie('term')).map(
      ([f, a, b]): Term =>
        (p) =>
          f(a(p), b(p)),
    ),
  ),
})).term

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
      fc.property(term, fc.integer({ min: 1, max: 1e6 }), (f, seed) => {
        const params = paramsFrom(seed)
        const direction = paramsFrom(seed + 1)
        const loss = (p: Params) => f(p).mean() as tf.Scalar
        const at = (h: number): number =>
          tf.tidy(() => {
            return loss(
              tree.add(params, tree.map((d: tf.Tensor) => d.mul(h), direction as never) as never),
            ).dataSync()[0] as number
          })
        // Richardson: the third derivative cancels out.
        const slope = (4 * ((at(H) - at(-H)) / (2 * H)) - (at(2 * H) - at(-2 * H)) / (4 * H)) / 3
        const g = grad(loss)(params)
        const found = tree.tensors(g).reduce(
          (sum, x, i) =>
            sum +
            (tf.tidy(
              () =>
                x
                  .mul(tree.tensors(direction)[i] as tf.Tensor)
                  .sum()
                  .dataSync()[0],
            ) ?? 0),
          0,
        )
        tree.dispose([params, direction, g])
        expect(Math.abs(found - slope)).toBeLessThan(TOLERANCE * (1 + Math.abs(slope)))
      }),
      { numRuns: 60 },
    )
  })
})
