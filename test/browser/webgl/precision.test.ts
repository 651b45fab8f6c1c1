import * as tf from '@tensorflow/tfjs'
import { clipByGlobalNorm, maxOver, type Optimizer, rule, sumOver, tree } from 'gradus'
import { useWebgl } from 'gradus/webgl'
import { beforeAll, describe, expect, test } from 'vitest'
import { gaussian } from '../../random.ts'

beforeAll(() => useWebgl())

const overTree = rule({ name: 'overTree', step: ({ g }) => ({ delta: sumOver('tree', g.square()) }) })
const overTensor = rule({ name: 'overTensor', step: ({ g }) => ({ delta: maxOver('tensor', g) }) })

/** The first number of Δθ, from these gradients. */
const first = (optimizer: Optimizer, grad: tf.Tensor) => {
  const [state, delta] = optimizer.update({}, grad, 1, { params: grad })
  const found = (delta as tf.Tensor).dataSync()[0] as number
  tree.dispose([state, delta])
  return found
}

describe('a reduction in float32', () => {
  test.each([[[100, 100]], [[1000, 1000]], [[999, 1001]], [[1_000_003]]])(
    'of the squares of [%s] is right to 1e-6',
    (shape) => {
      const next = gaussian(1)
      const numbers = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => next())
      const grad = tf.tensor(numbers, shape)
      const expected = numbers.reduce((sum, g) => sum + g * g, 0)
      expect(Math.abs(first(overTree, grad) / expected - 1)).toBeLessThan(1e-6)
      expect(first(overTensor, grad)).toBe(numbers.reduce((a, b) => Math.max(a, b)))
      grad.dispose()
    },
  )

  test('of squares that float32 has not is infinite: such a gradient is clipped to 0, and to its norm below', () => {
    const clipped = clipByGlobalNorm(1)
    const clippedTo = (scale: number) => {
      const grad = tf.fill([300], scale)
      const found = first(clipped, grad)
      grad.dispose()
      return found
    }
    expect(clippedTo(1e17) * Math.sqrt(300)).toBeCloseTo(1, 5)
    expect(clippedTo(1e20)).toBeCloseTo(0, 30)
  })

  test('of what is NaN is NaN, wherever it is', () => {
    for (const at of [0, 63, 64, 4095, 9999]) {
      const numbers = new Float32Array(10_000).fill(1)
      numbers[at] = Number.NaN
      const grad = tf.tensor1d(numbers)
      expect(first(overTensor, grad)).toBeNaN()
      grad.dispose()
    }
  })
})
