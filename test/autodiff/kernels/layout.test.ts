import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { useWasm } from 'gradus/wasm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { alive } from '../../backends.ts'

beforeAll(() => useWasm())
afterAll(() => useWasm({ kernels: false }))

const shapes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 })
const dtypes = fc.constantFrom('float32' as const, 'int32' as const, 'bool' as const)

/** Each element is its own place: nothing can be mixed up. */
const counted = (shape: number[], dtype: 'float32' | 'int32' | 'bool' = 'float32'): tf.Tensor => {
  const n = shape.reduce((a, b) => a * b, 1)
  return tf.tensor(
    Array.from({ length: n }, (_, i) => (dtype === 'bool' ? i % 3 === 0 : i + 1)) as number[],
    shape,
    dtype,
  )
}

/** What a kernel of WASM makes, against tfjs's plain JavaScript back end; and nothing else is left. */
const agree = (make: () => tf.Tensor | tf.Tensor[]): void => {
  const results = ['cpu', 'wasm'].map((backend) => {
    void tf.setBackend(backend)
    const before = alive()
    const found = tf.tidy(() =>
      [make()].flat().map((x) => ({ shape: x.shape, dtype: x.dtype, numbers: [...x.dataSync()] })),
    )
    expect(alive()).toEqual(before)
    return found
  })
  expect(results[1]).toEqual(results[0])
}

describe('elements are moved to where they belong', () => {
  test('transposed', () => {
    const given = shapes.chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        perm: fc.shuffledSubarray([...shape.keys()], { minLength: shape.length }),
        dtype: dtypes,
      }),
    )
    fc.assert(fc.property(given, ({ shape, perm, dtype }) => agree(() => tf.transpose(counted(shape, dtype), perm))))
  })

  test('sliced', () => {
    const given = shapes.chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        parts: fc.tuple(...shape.map((d) => fc.tuple(fc.nat(d), fc.nat(d)))),
        dtype: dtypes,
      }),
    )
    fc.assert(
      fc.property(given, ({ shape, parts, dtype }) => {
        const begin = parts.map(([a, b]) => Math.min(a, b))
        const size = parts.map(([a, b]) => Math.abs(a - b))
        agree(() => tf.slice(counted(shape, dtype), begin, size))
      }),
    )
  })

  test('split, and joined again', () => {
    const given = shapes.chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        axis: fc.integer({ min: -shape.length, max: shape.length - 1 }),
        cuts: fc.array(fc.nat(4), { minLength: 1, maxLength: 4 }),
        dtype: dtypes,
      }),
    )
    fc.assert(
      fc.property(given, ({ shape, axis, cuts, dtype }) => {
        const sizes = shape.map((d, i) =>
          i === (axis + shape.length) % shape.length ? cuts.reduce((a, b) => a + b, 0) : d,
        )
        const whole = () => counted(sizes, dtype)
        agree(() => tf.split(whole(), cuts, axis))
        agree(() => tf.concat(tf.split(whole(), cuts, axis), axis))
        agree(() => tf.unstack(counted(shape, dtype), axis))
        agree(() => tf.stack(tf.unstack(counted(shape, dtype), axis), (axis + shape.length) % shape.length))
      }),
    )
  })

  test('repeated', () => {
    const given = shapes.chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        reps: fc.tuple(...shape.map(() => fc.integer({ min: 1, max: 3 }))),
        dtype: dtypes,
      }),
    )
    fc.assert(fc.property(given, ({ shape, reps, dtype }) => agree(() => tf.tile(counted(shape, dtype), reps))))
  })

  test('large ones too, by blocks and by runs', () => {
    agree(() => tf.transpose(counted([67, 130])))
    agree(() => tf.transpose(counted([5, 33, 4, 16]), [0, 2, 1, 3]))
    agree(() => tf.transpose(counted([3, 4, 50, 21]), [0, 3, 2, 1]))
    agree(() => tf.split(counted([129, 96]), 3, -1))
    agree(() => tf.tile(counted([1, 1, 37]), [40, 30, 1]))
  })
})

test('what passes the end is told, and nothing is left', () => {
  void tf.setBackend('wasm')
  const [x, y] = [tf.ones([4, 3]), tf.ones([4, 2])]
  const before = alive()
  expect(() => tf.slice(x, [2, 0], [3, 3])).toThrow(
    'slice: [2,0] + [3,3] passes the end of [4,3], expected a part of it',
  )
  expect(() => tf.stack([x, y])).toThrow()
  expect(alive()).toEqual(before)
  tf.dispose([x, y])
})
