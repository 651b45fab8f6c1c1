import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { useWasm } from 'gradus/wasm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { maxPoolGradient } from '../../../src/autodiff/kernels/maxpoolgrad.ts'
import { alive } from '../../backends.ts'
import { confined } from '../../heap.ts'
import { gaussian } from '../../random.ts'

beforeAll(() => useWasm())
afterAll(() => useWasm({ kernels: false }))

const pools = fc
  .record({
    batch: fc.integer({ min: 1, max: 3 }),
    height: fc.integer({ min: 1, max: 9 }),
    width: fc.integer({ min: 1, max: 9 }),
    channels: fc.integer({ min: 1, max: 10 }),
    size: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
    strides: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
    pad: fc.constantFrom('same' as const, 'valid' as const),
    ties: fc.boolean(),
    seed: fc.integer(),
  })
  .filter(({ pad, size, height, width }) => pad === 'same' || (size[0] <= height && size[1] <= width))

/** The definition: in each window the first of the largest, row by row. */
const reference = (x: Float32Array, dy: Float32Array, shape: number[], attrs: object): Float32Array => {
  const { filterSize, strides, pad } = attrs as { filterSize: [number, number]; strides: [number, number]; pad: 'same' }
  const info = tf.backend_util.computePool2DInfo(shape as [number, number, number, number], filterSize, strides, 1, pad)
  const dx = new Float32Array(x.length)
  for (let n = 0; n < info.batchSize; n++)
    for (let r = 0; r < info.outHeight; r++)
      for (let c = 0; c < info.outWidth; c++)
        for (let k = 0; k < info.inChannels; k++) {
          let [best, at] = [Number.NEGATIVE_INFINITY, -1]
          for (let i = 0; i < info.filterHeight; i++)
            for (let j = 0; j < info.filterWidth; j++) {
              const [y, z] = [r * strides[0] - info.padInfo.top + i, c * strides[1] - info.padInfo.left + j]
              if (y < 0 || y >= info.inHeight || z < 0 || z >= info.inWidth) continue
              const place = ((n * info.inHeight + y) * info.inWidth + z) * info.inChannels + k
              if ((x[place] as number) > best) [best, at] = [x[place] as number, place]
            }
          const from = ((n * info.outHeight + r) * info.outWidth + c) * info.inChannels + k
          dx[at] = Math.fround((dx[at] as number) + (dy[from] as number))
        }
  return dx
}

test('each window’s gradient goes to the first of its largest, and nothing is read or written outside', () => {
  fc.assert(
    fc.property(pools, fc.constantFrom('input', 'dy', 'out'), (drawn, last) => {
      const { batch, height, width, channels, size, strides, pad, ties, seed } = drawn
      const shape = [batch, height, width, channels]
      const attrs = { filterSize: size, strides, pad }
      const info = tf.backend_util.computePool2DInfo(shape as [number, number, number, number], size, strides, 1, pad)
      const next = gaussian(seed)
      const draw = (n: number, by: number) =>
        Float32Array.from({ length: n }, () => (by ? Math.round(next() * by) : next() - 3))
      const x = draw(tf.util.sizeFromShape(shape), ties ? 1 : 0)
      const dy = draw(tf.util.sizeFromShape(info.outShape), 8)
      const inputs = { input: { shape, values: x }, dy: { shape: info.outShape, values: dy } }
      const found = confined(maxPoolGradient, inputs, attrs, last)
      expect(found).toEqual({ made: { shape, values: reference(x, dy, shape, attrs) }, confined: true })
    }),
    { numRuns: 300 },
  )
})

test('in a model, nothing is left behind', () => {
  const x = tf.randomNormal([2, 6, 6, 3], 0, 1, 'float32', 1) as tf.Tensor4D
  const gradient = tf.grad((x) =>
    tf
      .maxPool(x as tf.Tensor4D, 2, 2, 'same')
      .square()
      .sum(),
  )
  gradient(x).dispose()
  const before = alive()
  gradient(x).dispose()
  expect(alive()).toEqual(before)
  x.dispose()
})
