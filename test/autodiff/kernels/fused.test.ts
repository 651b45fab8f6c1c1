import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { useWasm } from 'gradus/wasm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { alive } from '../../backends.ts'
import { gaussian, normal } from '../../random.ts'

beforeAll(() => useWasm())
afterAll(() => useWasm({ kernels: false }))

type Activation = 'linear' | 'relu' | 'relu6' | 'elu' | 'sigmoid' | 'leakyrelu' | 'prelu'
const activation = fc.constantFrom<Activation>('linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu')
const drawn = fc.record({ activation, hasBias: fc.boolean(), seed: fc.integer(), n: fc.integer({ min: 1, max: 9 }) })

/** The same on tfjs's plain JavaScript back end; and nothing else is left. */
const agree = (make: () => tf.Tensor): void => {
  const [expected, found] = ['cpu', 'wasm'].map((backend) => {
    void tf.setBackend(backend)
    const before = alive()
    const numbers = tf.tidy(() => {
      const y = make()
      return { shape: y.shape, numbers: [...y.dataSync()] }
    })
    expect(alive()).toEqual(before)
    return numbers
  })
  expect(found?.shape).toEqual(expected?.shape)
  for (const [i, a] of (expected?.numbers ?? []).entries()) expect(found?.numbers[i]).toBeCloseTo(a, 4)
}

describe('a product with a bias and an activation', () => {
  test('of matrices', () => {
    fc.assert(
      fc.property(drawn, fc.boolean(), fc.boolean(), ({ activation, hasBias, seed, n }, transposeA, transposeB) => {
        agree(() => {
          const next = gaussian(seed)
          const a = normal(transposeA ? [4, 3] : [3, 4], next) as tf.Tensor2D
          const b = normal(transposeB ? [n, 4] : [4, n], next) as tf.Tensor2D
          const bias = hasBias ? normal([n], next) : undefined
          const preluActivationWeights = activation === 'prelu' ? normal([n], next) : undefined
          return tf.fused.matMul({
            a,
            b,
            transposeA,
            transposeB,
            bias,
            activation,
            preluActivationWeights,
            leakyreluAlpha: 0.1,
          })
        })
      }),
      { numRuns: 60 },
    )
  })

  test('of images and filters, plain and depthwise', () => {
    fc.assert(
      fc.property(
        drawn,
        fc.constantFrom(1, 2),
        fc.boolean(),
        ({ activation, hasBias, seed, n }, strides, depthwise) => {
          agree(() => {
            const next = gaussian(seed)
            const x = normal([2, 6, 5, n], next) as tf.Tensor4D
            const filter = normal([3, 2, n, 2], next) as tf.Tensor4D
            const outs = depthwise ? 2 * n : 2
            const bias = hasBias ? normal([outs], next) : undefined
            const preluActivationWeights = activation === 'prelu' ? normal([outs], next) : undefined
            const given = {
              x,
              filter,
              strides,
              pad: 'same' as const,
              bias,
              activation,
              preluActivationWeights,
              leakyreluAlpha: 0.1,
            }
            return depthwise ? tf.fused.depthwiseConv2d(given) : tf.fused.conv2d(given)
          })
        },
      ),
      { numRuns: 60 },
    )
  })

  /** tfjs's own gives zeros here. */
  test('with strides larger than the filter', () => {
    const next = gaussian(1)
    const [x, filter] = [normal([1, 6, 6, 1], next) as tf.Tensor4D, normal([2, 2, 1, 1], next) as tf.Tensor4D]
    const [xs, fs] = [x.arraySync(), filter.arraySync()]
    x.dispose()
    filter.dispose()
    agree(() =>
      tf.fused.conv2d({ x: tf.tensor4d(xs), filter: tf.tensor4d(fs), strides: 3, pad: 'same', activation: 'relu' }),
    )
  })
})
