import * as tf from '@tensorflow/tfjs'
import { sophia } from 'gradus'
import { beforeAll, describe, expect, test } from 'vitest'
import { backends } from '../backends.ts'

const params = () => ({ x: tf.tensor1d([1, 2]) })

describe.each(backends)('on %s, sophia', (_, set) => {
  beforeAll(set)

  const optimizer = (hessian?: (p: unknown, t: number) => unknown) =>
    sophia({ lr: 1, b1: 0, b2: 0, gamma: 1, weightDecay: 0, every: 3, ...(hessian && { hessian }) })

  test('asks for the diagonal at 1, 1 + every, …, and uses it from the next update on', () => {
    const asked: number[] = []
    const p = params()
    const newton = optimizer((_, t) => {
      asked.push(t)
      return { x: tf.tensor1d([4, 10 * t]) }
    })
    let state = newton.init(p)
    const moves: number[][] = []
    const before = tf.memory().numTensors
    for (let t = 1; t <= 5; t++) {
      const grad = { x: tf.tensor1d([2, 2]) }
      const [next, delta] = newton.update(state, grad, t, { params: p })
      state = next
      moves.push(Array.from(delta.x.dataSync()))
      tf.dispose([grad, delta])
    }
    expect(asked).toEqual([1, 4])
    // Of the sign, then 2 / 4 and 2 / 10, 2 / 40 after the fourth.
    const rounded = moves.map((m) => m.map((x) => -Math.round(x * 1e4) / 1e4))
    expect(rounded).toEqual([
      [1, 1],
      [0.5, 0.2],
      [0.5, 0.2],
      [0.5, 0.2],
      [0.5, 0.05],
    ])
    // Of each old state two tensors were left here by the test.
    expect(tf.memory().numTensors - before).toBe(5 * 2)
  })

  test('takes it from beside the gradient, and says when it is missing', () => {
    const p = params()
    const one = optimizer()
    const state = one.init(p)
    const [next] = one.update(state, p, 1, { params: p, hessian: { x: tf.tensor1d([5, 7]) } })
    expect(() => one.update(next, p, 2, { params: p })).not.toThrow()
    expect(() => one.update(next, p, 4, { params: p })).toThrow("sophia: the Hessian's diagonal is missing at t = 4")
    expect(() => one.update(state, p, 1, { params: p, hessian: { x: tf.zeros([3]) } })).toThrow(
      'sophia: leaf "x" of hessian is [3], expected [2]',
    )
  })
})
