import * as tf from '@tensorflow/tfjs'
import { addNoise, tree } from 'gradus'
import { beforeAll, describe, expect, test } from 'vitest'
import { backends } from '../backends.ts'

const N = 20_000
const noise = (options: Parameters<typeof addNoise>[0], t: number): readonly Float32Array[] => {
  const params = { a: tf.zeros([N]), b: tf.zeros([N]) }
  const optimizer = addNoise(options)
  const [, delta] = optimizer.update(optimizer.init(params), params, t, { params })
  const found = tree.leaves(delta as never).map((x) => (x as tf.Tensor).dataSync().slice() as Float32Array)
  tree.dispose([params, delta])
  return found
}

describe.each(backends)('on %s, the noise', (_, set) => {
  beforeAll(set)

  test('is a function of its seed and t, and another one for each leaf', () => {
    const [a, b] = noise({ seed: 3 }, 5)
    expect(noise({ seed: 3 }, 5)).toEqual([a, b])
    expect(a).not.toEqual(b)
    expect(noise({ seed: 3 }, 6)[0]).not.toEqual(a)
    expect(noise({ seed: 4 }, 5)[0]).not.toEqual(a)
  })

  test('has mean 0 and the variance eta / t^gamma', () => {
    for (const t of [1, 10]) {
      const [a = new Float32Array()] = noise({ seed: 1, eta: 0.3, gamma: 0.55 }, t)
      const mean = a.reduce((x, y) => x + y, 0) / N
      const variance = a.reduce((x, y) => x + (y - mean) ** 2, 0) / N
      const expected = 0.3 / t ** 0.55
      expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(expected / N))
      expect(Math.abs(variance / expected - 1)).toBeLessThan(5 * Math.sqrt(2 / N))
    }
  })
})

test('needs a seed', () => {
  expect(() => addNoise({} as never)).toThrow('addNoise: seed is undefined, expected a whole number')
})
