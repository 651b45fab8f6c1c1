import * as tf from '@tensorflow/tfjs'
import { describe, expect, test } from 'vitest'
import { alive, backend, useBackend } from '../backends.ts'
import { gaussian, normal } from '../random.ts'

/** Losses of a model in plain `tf.*` code, some steps of gradient descent. */
const train = (sizes: readonly (readonly number[])[], loss: (params: readonly tf.Tensor[]) => tf.Scalar): number[] => {
  const next = gaussian(7)
  const params = sizes.map((shape) => tf.tidy(() => tf.variable(normal(shape, next, 0.3))))
  const optimizer = tf.train.sgd(0.05)
  const losses = Array.from({ length: 8 }, () =>
    tf.tidy(() => {
      const value = optimizer.minimize(() => tf.tidy(() => loss(params)), true, params as tf.Variable[]) as tf.Scalar
      return value.dataSync()[0] as number
    }),
  )
  optimizer.dispose()
  tf.dispose(params)
  return losses
}

const images = (shape: readonly number[], seed: number) => normal(shape, gaussian(seed)) as tf.Tensor4D

const MODELS: Readonly<Record<string, () => number[]>> = {
  'a convolution with strides': () =>
    train(
      [
        [3, 3, 2, 6],
        [5, 5, 6, 3],
      ],
      ([v, w]) => {
        const hidden = tf.sigmoid(tf.conv2d(images([4, 9, 9, 2], 1), v as tf.Tensor4D, 2, 'same'))
        return tf.mean(tf.square(tf.sub(tf.conv2d(hidden as tf.Tensor4D, w as tf.Tensor4D, 1, 1), 1)))
      },
    ),
  'a stride larger than the filter': () =>
    train([[2, 2, 2, 3]], ([w]) => {
      const hidden = tf.conv2d(images([3, 6, 6, 2], 4), w as tf.Tensor4D, 3, 'same')
      return tf.mean(tf.square(tf.sub(tf.tanh(hidden), 0.5)))
    }),
  'a depthwise convolution': () =>
    train(
      [
        [3, 3, 4, 2],
        [1, 1, 8, 4],
        [3, 3, 4, 1],
      ],
      ([u, v, w]) => {
        const first = tf.depthwiseConv2d(images([3, 8, 8, 4], 2), u as tf.Tensor4D, 1, 'same')
        const mixed = tf.conv2d(tf.sigmoid(first) as tf.Tensor4D, v as tf.Tensor4D, 1, 'same')
        return tf.mean(
          tf.square(tf.sub(tf.depthwiseConv2d(tf.sigmoid(mixed) as tf.Tensor4D, w as tf.Tensor4D, 2, 'valid'), 1)),
        )
      },
    ),
  'an embedding': () =>
    train(
      [
        [11, 5],
        [5, 3],
      ],
      ([table, w]) => {
        const rows = tf.gather(table as tf.Tensor2D, tf.tensor2d([1, 7, 7, 0, 10, 1], [2, 3], 'int32'))
        return tf.mean(tf.square(tf.sub(tf.matMul(tf.reshape(rows, [6, 5]) as tf.Tensor2D, w as tf.Tensor2D), 1)))
      },
    ),
}

describe.each(Object.keys(MODELS))(`%s trained on ${backend}`, (name) => {
  const losses = MODELS[name] as () => number[]

  test('has the losses that the CPU back end finds, and leaves nothing', async () => {
    await tf.setBackend('cpu')
    const expected = losses()
    await useBackend()
    const found = losses()
    expect(expected.at(-1)).toBeLessThan((expected[0] as number) * 0.99)
    for (const [i, loss] of expected.entries()) expect(Math.abs((found[i] as number) - loss)).toBeLessThan(1e-5 * loss)
    const before = alive()
    losses()
    expect(alive()).toEqual(before)
  })
})

describe(`tf.layers on ${backend}`, () => {
  /** Losses of tfjs's own `fit`. */
  const fit = async (): Promise<unknown> => {
    let seed = 0
    const initializer = () => tf.initializers.glorotUniform({ seed: ++seed })
    const kernelInitializer = { kernelInitializer: initializer() }
    const depthwise = { kernelSize: 3, padding: 'same', depthwiseInitializer: initializer() } as never
    const model = tf.sequential({
      layers: [
        tf.layers.conv2d({ inputShape: [9, 9, 2], filters: 4, kernelSize: 3, padding: 'same', ...kernelInitializer }),
        tf.layers.depthwiseConv2d(depthwise),
        tf.layers.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, kernelInitializer: initializer() } as never),
        tf.layers.flatten(),
        tf.layers.dense({ units: 2, activation: 'softmax', kernelInitializer: initializer() }),
      ],
    })
    model.compile({ optimizer: tf.train.sgd(0.1), loss: 'categoricalCrossentropy' })
    const [x, y] = [images([4, 9, 9, 2], 3), tf.tensor2d([0, 1, 1, 0, 0, 1, 1, 0], [4, 2])]
    const { history } = await model.fit(x, y, { epochs: 3, verbose: 0, shuffle: false })
    model.dispose()
    tf.dispose([x, y])
    return history.loss
  }

  test('fit as on the CPU back end', async () => {
    await tf.setBackend('cpu')
    const expected = (await fit()) as number[]
    await useBackend()
    const found = (await fit()) as number[]
    for (const [i, loss] of expected.entries()) expect(Math.abs((found[i] as number) - loss)).toBeLessThan(1e-5 * loss)
  })
})
