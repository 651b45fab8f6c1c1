import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { useWasm } from 'gradus/wasm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { avgPoolGradient, maxPoolGradient } from '../../../src/autodiff/kernels/poolgradient.ts'
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

/** The definitions: in each window the first of the largest, row by row, gets dy; or each place an even share. */
const reference = (x: Float32Array, dy: Float32Array, shape: number[], attrs: object, even: boolean): Float32Array => {
  const { filterSize, strides, pad } = attrs as { filterSize: [number, number]; strides: [number, number]; pad: 'same' }
  const info = tf.backend_util.computePool2DInfo(shape as [number, number, number, number], filterSize, strides, 1, pad)
  const dx = new Float32Array(x.length)
  const size = info.filterHeight * info.filterWidth
  for (let n = 0; n < info.batchSize; n++)
    for (let r = 0; r < info.outHeight; r++)
      for (let c = 0; c < info.outWidth; c++)
        for (let k = 0; k < info.inChannels; k++) {
          let [best, at] = [Number.NEGATIVE_INFINITY, -1]
          const from = ((n * info.outHeight + r) * info.outWidth + c) * info.inChannels + k
          for (let i = 0; i < info.filterHeight; i++)
            for (let j = 0; j < info.filterWidth; j++) {
              const [y, z] = [r * strides[0] - info.padInfo.top + i, c * strides[1] - info.padInfo.left + j]
              if (y < 0 || y >= info.inHeight || z < 0 || z >= info.inWidth) continue
              const place = ((n * info.inHeight + y) * info.inWidth + z) * info.inChannels + k
              if (even) dx[place] = (dx[place] as number) + Math.fround((dy[from] as number) / size)
              if ((x[place] as number) > best) [best, at] = [x[place] as number, place]
            }
          if (!even) dx[at] = (dx[at] as number) + (dy[from] as number)
        }
  return dx
}

test('each window’s gradient goes to the first of its largest, or to all, and nothing is read or written outside', () => {
  fc.assert(
    fc.property(pools, fc.boolean(), fc.constantFrom('input', 'dy', 'out'), (drawn, even, last) => {
      const { batch, height, width, channels, size, strides, pad, ties, seed } = drawn
      const shape = [batch, height, width, channels]
      const attrs = { filterSize: size, strides, pad }
      const info = tf.backend_util.computePool2DInfo(shape as [number, number, number, number], size, strides, 1, pad)
      const next = gaussian(seed)
      const draw = (n: number, by: number) =>
        Float32Array.from({ length: n }, () => (by ? Math.round(next() * by) : next() - 3))
      const x = draw(tf.util.sizeFromShape(shape), ties ? 1 : 0)
      // Multiples of the share's divisor: sums are exact, in whatever order.
      const dy = draw(tf.util.sizeFromShape(info.outShape), 8).map((a) => a * size[0] * size[1])
      const inputs = { input: { shape, values: x }, dy: { shape: info.outShape, values: dy } }
      const found = confined(even ? avgPoolGradient : maxPoolGradient, inputs, attrs, last)
      expect(found).toEqual({ made: { shape, values: reference(x, dy, shape, attrs, even) }, confined: true })
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
