import * as tf from '@tensorflow/tfjs'
import { advance, begin, momentum, tree } from 'gradus'
import { useWasm } from 'gradus/wasm'
import { describe, expect, test } from 'vitest'

/**
 * tfjs's WASM kernels keep a packed copy of a product's right-hand side, and of a convolution's filter, for as long as that
 * tensor lives. After `advance` wrote the weights in place, they must not go on with the old ones.
 */
const optimizer = momentum({ lr: 0.5 })

const uses: Readonly<Record<string, { weights: () => tf.Tensor; use: (w: tf.Tensor) => tf.Tensor }>> = {
  matMul: {
    weights: () => tf.randomNormal([8, 8], 0, 1, 'float32', 1),
    use: (w) => tf.matMul(tf.ones<tf.Rank.R2>([4, 8]), w as tf.Tensor2D),
  },
  'matMul, transposed': {
    weights: () => tf.randomNormal([8, 8], 0, 1, 'float32', 1),
    use: (w) => tf.matMul(tf.ones<tf.Rank.R2>([4, 8]), w as tf.Tensor2D, false, true),
  },
  'matMul in batches': {
    weights: () => tf.randomNormal([2, 8, 8], 0, 1, 'float32', 1),
    use: (w) => tf.matMul(tf.ones<tf.Rank.R3>([2, 4, 8]), w as tf.Tensor3D),
  },
  'fused.matMul': {
    weights: () => tf.randomNormal([8, 8], 0, 1, 'float32', 1),
    use: (w) => tf.fused.matMul({ a: tf.ones<tf.Rank.R2>([4, 8]), b: w as tf.Tensor2D, activation: 'relu' }),
  },
  conv2d: {
    weights: () => tf.randomNormal([3, 3, 2, 4], 0, 1, 'float32', 1),
    use: (w) => tf.conv2d(tf.ones<tf.Rank.R4>([1, 6, 6, 2]), w as tf.Tensor4D, 1, 'same'),
  },
  'fused.conv2d': {
    weights: () => tf.randomNormal([3, 3, 2, 4], 0, 1, 'float32', 1),
    use: (w) =>
      tf.fused.conv2d({
        x: tf.ones<tf.Rank.R4>([1, 6, 6, 2]),
        filter: w as tf.Tensor4D,
        strides: 1,
        pad: 'same',
        activation: 'relu',
      }),
  },
  depthwiseConv2d: {
    weights: () => tf.randomNormal([3, 3, 2, 1], 0, 1, 'float32', 1),
    use: (w) => tf.depthwiseConv2d(tf.ones<tf.Rank.R4>([1, 6, 6, 2]), w as tf.Tensor4D, 1, 'same'),
  },
}

describe.each([
  ["with gradus's kernels", true],
  ["with tfjs's own kernels", false],
])('%s,', (_, kernels) => {
  test.each(Object.entries(uses))('%s sees the weights that advance wrote', async (_, { weights, use }) => {
    await useWasm({ kernels })
    const given = weights()
    const read = (w: tf.Tensor) => Array.from(tf.tidy(() => use(w).dataSync()))
    // Downwards, so that the weights rise and a relu passes them.
    const grad = tf.fill(given.shape, -1)
    let carry = begin(optimizer, given)
    const seen = [read(carry.params)]
    for (let step = 0; step < 3; step++) {
      carry = advance(optimizer)(carry, grad)
      // A copy has no packed form from earlier: what it gives is right.
      const copy = tree.copy(carry.params)
      const now = read(carry.params)
      expect(now).toEqual(read(copy))
      expect(now).not.toEqual(seen.at(-1))
      seen.push(now)
      tree.dispose(copy)
    }
    tree.dispose([given, grad, carry])
  })
})
