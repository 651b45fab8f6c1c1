import * as tf from '@tensorflow/tfjs'
import { type Initializer, initializer } from 'gradus'
import { beforeEach, describe, expect, test } from 'vitest'
import { alive, backends, useBackend } from '../backends.ts'

const moments = (x: tf.Tensor) => {
  const values = Array.from(x.dataSync())
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length
  return { mean, variance, largest: Math.max(...values.map(Math.abs)) }
}

/** Each kind of tensor, the variance that it says it has, and the largest number that can be in it. */
const kinds: readonly (readonly [string, (init: Initializer) => tf.Tensor, variance: number, largest: number])[] = [
  ['normal', (init) => init.normal([200, 300]), 1, Infinity],
  ['normal of std 0.1', (init) => init.normal([200, 300], 0.1), 0.01, Infinity],
  // Cut at two standard deviations, a normal number's variance is 0.774.
  ['truncatedNormal', (init) => init.truncatedNormal([200, 300], 0.5), 0.774 * 0.25, 1],
  ['uniform', (init) => init.uniform([200, 300], -3, 3), 3, 3],
  ['glorotUniform', (init) => init.glorotUniform([200, 300]), 2 / 500, Math.sqrt(6 / 500)],
  ['glorotNormal', (init) => init.glorotNormal([200, 300]), 2 / 500, Infinity],
  ['heUniform', (init) => init.heUniform([200, 300]), 2 / 200, Math.sqrt(6 / 200)],
  ['heNormal', (init) => init.heNormal([200, 300]), 2 / 200, Infinity],
  ['glorotUniform of a filter', (init) => init.glorotUniform([3, 3, 40, 50]), 2 / (9 * 90), Math.sqrt(6 / (9 * 90))],
  ['heNormal of a filter', (init) => init.heNormal([3, 3, 40, 50]), 2 / (9 * 40), Infinity],
]

describe.each(backends)('on %s, an initializer', (_, set) => {
  beforeEach(set)

  test.each(kinds)('has in %s numbers of mean 0 and the variance that it says', (_, make, variance, largest) => {
    const x = make(initializer(7))
    const found = moments(x)
    // Of 18,000 numbers or more, the mean is within 5 of its standard deviations and the variance within 5 %.
    expect(Math.abs(found.mean)).toBeLessThan(5 * Math.sqrt(variance / x.size))
    expect(Math.abs(found.variance / variance - 1)).toBeLessThan(0.05)
    expect(found.largest).toBeLessThanOrEqual(largest * (1 + 1e-6))
    expect(x.dtype).toBe('float32')
    x.dispose()
  })

  test.each(kinds)('makes the same %s from the same seed, another from another, another the second time', (_, make) => {
    const numbers = (init: Initializer) => {
      const x = make(init)
      const found = Array.from(x.dataSync())
      x.dispose()
      return found
    }
    const init = initializer(1)
    const [first, second] = [numbers(init), numbers(init)]
    expect(numbers(initializer(1))).toEqual(first)
    expect(second).not.toEqual(first)
    expect(numbers(initializer(2))).not.toEqual(first)
  })

  test('makes one tensor and nothing else', () => {
    const before = alive()
    const made = kinds.map(([, make]) => make(initializer(1)))
    expect(alive().tensors - before.tensors).toBe(kinds.length)
    for (const x of made) x.dispose()
    expect(alive()).toEqual(before)
  })
})

test('the k-th tensor is a function of the seed and k: the shapes before it do not change it', async () => {
  await useBackend()
  const [a, b] = [initializer(5), initializer(5)]
  tf.dispose([a.normal([3]), b.uniform([1000], 0, 1)])
  const [x, y] = [a.normal([4]), b.normal([4])]
  expect(Array.from(y.dataSync())).toEqual(Array.from(x.dataSync()))
  tf.dispose([x, y])
})
