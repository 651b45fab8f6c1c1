import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { useWasm } from 'gradus/wasm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { alive } from '../../backends.ts'
import { gaussian } from '../../random.ts'

beforeAll(() => useWasm())
afterAll(() => useWasm({ kernels: false }))

const { sum, mean, max, min } = tf
const REDUCTIONS = { sum, mean, max, min }
const names = Object.keys(REDUCTIONS) as (keyof typeof REDUCTIONS)[]
const given = fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 0, maxLength: 5 }).chain((shape) =>
  fc.record({
    name: fc.constantFrom(...names),
    shape: fc.constant(shape),
    axes: fc.option(fc.subarray([...shape.keys()]), { nil: undefined }),
    keepDims: fc.boolean(),
    dtype: fc.constantFrom('float32' as const, 'int32' as const),
    seed: fc.integer(),
  }),
)

test('along any axes, as on the CPU', () => {
  fc.assert(
    fc.property(given, ({ name, shape, axes, keepDims, dtype, seed }) => {
      // Of nothing the mean is NaN here, as in TensorFlow, and 0 in tfjs; which has no largest then, and no sum of integers on WASM.
      fc.pre(!shape.includes(0) || (name === 'sum' && dtype === 'float32'))
      const numbers = gaussian(seed)
      const x = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 10 * numbers())
      const [expected, found] = ['cpu', 'wasm'].map((backend) => {
        void tf.setBackend(backend)
        const before = alive()
        const y = tf.tidy(() => {
          const y = REDUCTIONS[name](tf.tensor(x, shape, dtype), axes, keepDims)
          return { what: [y.shape, y.dtype], numbers: Array.from(y.dataSync()) }
        })
        expect(alive()).toEqual(before)
        return y
      })
      expect(found?.what).toEqual(expected?.what)
      const size = x.reduce((sum, a) => sum + Math.abs(a), 0)
      for (const [i, a] of (expected?.numbers ?? []).entries()) {
        const b = found?.numbers[i] as number
        if (!Object.is(a, b)) expect(Math.abs(b - a)).toBeLessThanOrEqual(1e-6 * size)
      }
    }),
  )
})

test.each(names)('%s of what has a NaN in it is NaN', (name) => {
  void tf.setBackend('wasm')
  for (const at of [0, 3, 20, 36]) {
    const x = Float32Array.from({ length: 37 }, (_, i) => (i === at ? Number.NaN : i - 18))
    const found = tf.tidy(() => [
      ...REDUCTIONS[name](tf.tensor(x, [37, 1])).dataSync(),
      ...REDUCTIONS[name](tf.tensor(x, [1, 37]), 1).dataSync(),
    ])
    expect(found).toEqual([Number.NaN, Number.NaN])
  }
})

test('of a million numbers, a sum keeps its digits', () => {
  void tf.setBackend('wasm')
  for (const shape of [[1 << 20], [1 << 20, 1], [1 << 16, 16]] as number[][]) {
    const sum = tf.tidy(() => tf.sum(tf.fill(shape, 0.1), 0).dataSync()[0] as number)
    expect(Math.abs(sum / ((shape[0] as number) * Math.fround(0.1)) - 1)).toBeLessThan(1e-5)
  }
})
