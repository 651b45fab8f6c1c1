import * as tf from '@tensorflow/tfjs'
import { adafactor, adagrad, adaptiveClip, centralize, chain, type Optimizer, scaleByLr, sm3, tree } from 'gradus'
import { beforeAll, describe, expect, test } from 'vitest'
import { backends } from '../backends.ts'
import { distance } from '../close.ts'
import { gaussian, normal } from '../random.ts'

const step = <P extends object>(optimizer: Optimizer, params: P, grad: P): P => {
  const state = optimizer.init(params as never)
  const [next, delta] = optimizer.update(state, grad, 1, { params })
  tree.dispose([state, next])
  return delta
}

describe.each(backends)('on %s,', (_, set) => {
  beforeAll(set)

  test("centralize: each output's gradient has mean 0; vectors stay", () => {
    const next = gaussian(1)
    const grad = { k: normal([3, 3, 2, 4], next), w: normal([5, 2], next), b: normal([4], next), s: normal([], next) }
    const g = step(centralize(), grad, grad)
    expect(Math.max(...tf.mean(g.k, [0, 1, 2]).abs().dataSync())).toBeLessThan(1e-6)
    expect(Math.max(...tf.mean(g.w, 0).abs().dataSync())).toBeLessThan(1e-6)
    expect(distance([g.b, g.s], [grad.b, grad.s])).toBe(0)
    const again = step(centralize(), g, g)
    expect(distance(again, g)).toBeLessThan(1e-6)
  })

  test('adaptiveClip: no unit has a gradient of more than its part; those of less stay', () => {
    const next = gaussian(2)
    const params = {
      k: normal([2, 2, 3, 4], next),
      w: normal([5, 4], next),
      h: normal([4, 2, 3], next),
      b: normal([4], next),
    }
    const units = { k: [0, 1, 2], w: [0], h: [0], b: [0] }
    const grad = tree.map(
      (x) => (x as tf.Tensor).mul(normal((x as tf.Tensor).shape, next, 0.3)),
      params,
    ) as typeof params
    const g = step(adaptiveClip({ limit: 0.2 }), params, grad)
    for (const [name, axes] of Object.entries(units) as [keyof typeof units, number[]][]) {
      const norms = (x: tf.Tensor) => Array.from(tf.sqrt(tf.sum(tf.square(x), axes)).dataSync())
      const [clipped, whole, own] = [norms(g[name]), norms(grad[name]), norms(params[name])]
      for (const [i, x] of clipped.entries())
        expect(x).toBeCloseTo(Math.min(whole[i] as number, 0.2 * Math.max(1e-3, own[i] as number)), 5)
    }
    expect(() => step(adaptiveClip({ axes: 1 }), params, grad)).toThrow(
      'adaptiveClip: axis 1 of leaf "b", which is [4], expected −1 ≤ axis < 1',
    )
  })

  test('sm3: of a vector it is Adagrad; of a matrix its rates are no higher', () => {
    const next = gaussian(3)
    const grads = Array.from({ length: 5 }, () => ({ w: normal([4, 3], next), b: normal([4], next) }))
    const params = { w: tf.zeros([4, 3]), b: tf.zeros([4]) }
    const [ours, full] = [sm3({ lr: 1, beta: 0 }), adagrad({ lr: 1, eps: 0 })] as readonly Optimizer[] as [
      Optimizer,
      Optimizer,
    ]
    let [a, b] = [ours.init(params), full.init(params)]
    for (const [i, grad] of grads.entries()) {
      const [nextA, stepA] = ours.update(a, grad, i + 1, { params })
      const [nextB, stepB] = full.update(b, grad, i + 1, { params })
      expect(distance(stepA.b, stepB.b)).toBeLessThan(1e-6)
      expect(Math.max(...stepA.w.abs().sub(stepB.w.abs()).dataSync())).toBeLessThan(1e-6)
      ;[a, b] = [nextA, nextB]
    }
    const state = a as readonly [{ readonly mu: { readonly w: readonly tf.Tensor[] } }]
    expect(state[0].mu.w.map((x) => x.shape)).toEqual([[4], [3]])
  })

  test('adafactor: where g² is a product of rows and columns, its factors are g² itself', () => {
    const outer = tf.outerProduct(tf.tensor1d([1, 2, 4]), tf.tensor1d([3, 0.5]))
    const params = { w: tf.ones([3, 2]) }
    const delta = step(adafactor({ lr: 0.1 }), params, { w: outer as tf.Tensor })
    expect(distance(delta, { w: tf.fill([3, 2], -0.1) })).toBeLessThan(1e-6)
  })

  test('adafactor keeps a row and a column of a kernel for each of its leading indices', () => {
    const state = adafactor().init({ k: tf.zeros([3, 2, 4, 5]), b: tf.zeros([7]) }) as unknown as Record<
      string,
      Record<string, tf.Tensor>
    >
    expect([state.row?.k?.shape, state.col?.k?.shape, state.v?.b?.shape]).toEqual([[3, 2, 4], [3, 2, 5], [7]])
    expect(tree.tensors(state).length).toBe(3)
  })

  test('they say when θ is missing', () => {
    const optimizer = chain(adaptiveClip(), scaleByLr(1))
    const params = { w: tf.ones([2, 2]) }
    const update = optimizer.update as unknown as (...args: unknown[]) => unknown
    expect(() => update(optimizer.init(params), params, 1)).toThrow('adaptiveClip: params are missing')
  })
})
