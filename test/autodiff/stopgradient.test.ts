import * as tf from '@tensorflow/tfjs'
import { grad, hvp, jvp, stopGradient, tree, valueAndGrad } from 'gradus'
import { beforeAll, describe, expect, expectTypeOf, test } from 'vitest'
import { alive, backends } from '../backends.ts'

describe.each(backends)('on %s, stopGradient', (_, set) => {
  beforeAll(set)

  test('has the same values and no derivative, of any order', () => {
    const before = alive()
    tf.tidy(() => {
      const x = tf.tensor1d([2, -3])
      const v = tf.tensor1d([1, 10])
      const f = (p: tf.Tensor1D) => p.mul(stopGradient(p)).mul(p).sum() as tf.Scalar
      const [value, g] = valueAndGrad(f)(x)
      expect(value.dataSync()[0]).toBe(8 - 27)
      expect(g.arraySync()).toEqual([8, 18])
      // 2x · stop(x): of its derivative, again, only half.
      expect(hvp(f)(x, v).arraySync()).toEqual([4, -60])
      expect(jvp(f)(x, v)[1].dataSync()[0]).toBe(8 + 180)
      expect(
        tf
          .grad((p) => p.mul(stopGradient(p)).sum())(x)
          .arraySync(),
      ).toEqual([2, -3])
      expect(grad((p: tf.Tensor1D) => stopGradient(p.square()).sum() as tf.Scalar)(x).arraySync()).toEqual([0, 0])
    })
    expect(alive()).toEqual(before)
  })

  test('takes trees, and what is no float32 tensor too; the tensors are fresh', () => {
    const given = { a: tf.tensor1d([1]), deep: [{ ids: tf.tensor1d([1], 'int32'), name: 'x', n: 3 }] }
    const stopped = stopGradient(given)
    expectTypeOf(stopped).toEqualTypeOf<typeof given>()
    expect([stopped.deep[0]?.name, stopped.deep[0]?.n]).toEqual(['x', 3])
    expect(stopped.a).not.toBe(given.a)
    tree.dispose(given)
    expect(stopped.a.arraySync()).toEqual([1])
    expect(stopped.deep[0]?.ids.arraySync()).toEqual([1])
    const before = alive()
    tf.tidy(() => void stopGradient(stopped))
    expect(alive()).toEqual(before)
    tree.dispose(stopped)
  })
})
