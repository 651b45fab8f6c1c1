import * as tf from '@tensorflow/tfjs-core'
import { initializer, tree, valueAndGrad } from 'gradus'
import { useWasm } from 'gradus/wasm'
import { beforeAll, expect, test } from 'vitest'
import { logitsOf, lossOf, type Params, paramsOf, type Size } from '../../docs/examples/language-model/model.ts'

beforeAll(() => useWasm())

const size: Size = { symbols: 7, context: 6, width: 8, heads: 2, layers: 2 }
const init = initializer(3)
const like = (params: Params, std: number): Params =>
  tree.map((x) => init.normal((x as tf.Tensor).shape, std), params as tree.Tensors) as Params
const params = () => like(paramsOf(size, init), 0.5)
const tokens = (...rows: readonly (readonly number[])[]) =>
  tf.tensor2d(
    rows.map((row) => [...row]),
    undefined,
    'int32',
  )
const inputs = () => tokens([0, 1, 2, 3, 4, 5], [6, 6, 1, 0, 2, 2])
const targets = () => tokens([1, 2, 3, 4, 5, 6], [6, 1, 0, 2, 2, 3])

test('before it has learned anything, every symbol is as likely as any other', () => {
  expect(lossOf(size, paramsOf(size, init), inputs(), targets()).dataSync()[0]).toBeCloseTo(Math.log(7), 5)
})

test('nothing looks ahead, and a window may be shorter than the context', () => {
  const p = params()
  const [a, b, short] = [tokens([0, 1, 2, 3, 4, 5]), tokens([0, 1, 2, 6, 6, 6]), tokens([0, 1, 2])].map((x) => [
    ...logitsOf(size, p, x).dataSync(),
  ])
  expect(a?.slice(0, 21)).toEqual(b?.slice(0, 21))
  expect(a?.slice(21)).not.toEqual(b?.slice(21))
  for (const [i, x] of (short ?? []).entries()) expect(x).toBeCloseTo(a?.[i] as number, 4)
})

test('the gradients that the model brings are those of what it computes', () => {
  const p = params()
  const loss = (q: Params) => lossOf(size, q, inputs(), targets())
  const [, grad] = valueAndGrad(loss)(p)
  for (const [path] of tree.entries(p)) {
    // Along a random direction in one leaf; a difference of fourth order, for float32's sake.
    const direction = tree.entries(p).map(([other, x]) => {
      const { shape } = x as tf.Tensor
      return other === path ? init.normal(shape, 1) : tf.zeros(shape)
    })
    const at = (h: number): number => {
      const moved = tree.rebuild(
        p,
        tree.entries(p).map(([, x], i) => (x as tf.Tensor).add((direction[i] as tf.Tensor).mul(h))),
      )
      return loss(moved as Params).dataSync()[0] as number
    }
    const h = 0.005
    const slope = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)
    const expected = tree.entries(grad).reduce(
      (sum, [, g], i) =>
        sum +
        ((g as tf.Tensor)
          .mul(direction[i] as tf.Tensor)
          .sum()
          .dataSync()[0] as number),
      0,
    )
    expect(Math.abs(slope - expected), path).toBeLessThan(1e-3 + 0.01 * Math.abs(expected))
  }
})
