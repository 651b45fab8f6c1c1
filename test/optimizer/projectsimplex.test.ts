import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { chain, projectSimplex, sgd } from 'gradus'
import { beforeAll, describe, expect, test } from 'vitest'
import { backends } from '../backends.ts'

/** The projection as its definition has it: the τ at which the sum is the total, by bisection. */
const reference = (p: readonly number[], total: number): readonly number[] => {
  let [low, high] = [Math.min(...p) - total, Math.max(...p)]
  for (let i = 0; i < 200; i++) {
    const tau = (low + high) / 2
    if (p.reduce((sum, x) => sum + Math.max(x - tau, 0), 0) > total) low = tau
    else high = tau
  }
  return p.map((x) => Math.max(x - low, 0))
}

const projected = (p: readonly number[], total: number): readonly number[] => {
  const optimizer = chain(sgd({ lr: 1 }), projectSimplex({ total }))
  return tf.tidy(() => {
    const theta = { p: tf.zeros([p.length]) }
    const [, delta] = optimizer.update(optimizer.init(theta), { p: tf.tensor1d(p.map((x) => -x)) }, 1, {
      params: theta,
    })
    return [...theta.p.add(delta.p).dataSync()]
  })
}

describe.each(backends)('projectSimplex on %s', (_, set) => {
  beforeAll(set)

  test('ends at the nearest point whose elements are not below 0 and have the total for their sum', () => {
    const numbers = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 1, maxLength: 9 })
    fc.assert(
      fc.property(numbers, fc.double({ min: 0.1, max: 5, noNaN: true }), (p, total) => {
        const expected = reference(p, total)
        const found = projected(p, total)
        for (const [i, x] of found.entries()) expect(Math.abs(x - (expected[i] as number))).toBeLessThan(2e-6)
        expect(Math.min(...found)).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  test('takes each tensor by itself, of any rank and of none, and leaves nothing behind', () => {
    const optimizer = projectSimplex()
    const params = {
      w: tf.tensor([
        [0.5, 0.5],
        [0, 0],
      ]),
      s: tf.scalar(3),
      none: tf.zeros([0]),
    }
    const grad = {
      w: tf.tensor([
        [0, 1],
        [0, 0],
      ]),
      s: tf.scalar(1),
      none: tf.zeros([0]),
    }
    const before = tf.memory().numTensors
    const [, delta] = optimizer.update(optimizer.init(params), grad, 1, { params })
    expect(tf.memory().numTensors).toBe(before + 3)
    // −0, as a difference is on WebGL, is 0.
    expect(Array.from(delta.w.dataSync(), (x) => x + 0)).toEqual([-0.5, 0.5, 0, 0])
    expect([...delta.s.dataSync()]).toEqual([-2])
    expect(delta.none.shape).toEqual([0])
    tf.dispose([params, grad, delta])
  })
})

test('says what it cannot be', () => {
  expect(() => projectSimplex({ total: 0 })).toThrow('projectSimplex: total is 0, expected 0 < total < ∞')
})
