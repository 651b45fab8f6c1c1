import * as tf from '@tensorflow/tfjs'
import { initializer } from 'gradus'
import { classes, images } from './data.ts'
import { model } from './model.ts'

type Norm = { readonly gain: tf.Tensor; readonly shift: tf.Tensor }
const norm = (n: number): Norm => ({ gain: tf.ones([n]), shift: tf.zeros([n]) })

/** By the statistics of the batch. Ioffe & Szegedy 2015, https://arxiv.org/abs/1502.03167 */
const batchNorm = (x: tf.Tensor4D, { gain, shift }: Norm): tf.Tensor4D => {
  const { mean, variance } = tf.moments(x, [0, 1, 2])
  return tf.batchNorm(x, mean as tf.Tensor1D, variance as tf.Tensor1D, shift as tf.Tensor1D, gain as tf.Tensor1D, 1e-3)
}

/** Square images: 3 × 3 × 32, pooled; depthwise 3 × 3 and 1 × 1 × 64; 3 × 3 × 64 at stride 2; the mean of each channel; 10 classes. */
export const convolutional = ({ batch = 32, side = 28 } = {}) =>
  model({
    name: `convolutional, ${side} × ${side}, batch ${batch}`,
    params: () => {
      const init = initializer(1)
      return {
        stem: init.heNormal([3, 3, 1, 32]),
        stemNorm: norm(32),
        depthwise: init.heNormal([3, 3, 32, 1]),
        depthwiseNorm: norm(32),
        pointwise: init.heNormal([1, 1, 32, 64]),
        pointwiseNorm: norm(64),
        strided: init.heNormal([3, 3, 64, 64]),
        stridedNorm: norm(64),
        head: { w: init.glorotUniform([64, 10]), b: tf.zeros([10]) as tf.Tensor },
      }
    },
    batch: (i) => ({ x: images(i, [batch, side, side, 1]), y: classes(i, batch) }),
    loss: (p, { x, y }) => {
      const stem = tf.relu(batchNorm(tf.conv2d(x as tf.Tensor4D, p.stem as tf.Tensor4D, 1, 'same'), p.stemNorm))
      const pooled = tf.maxPool(stem, 2, 2, 'same')
      const depthwise = tf.depthwiseConv2d(pooled, p.depthwise as tf.Tensor4D, 1, 'same')
      const rectified = tf.relu(batchNorm(depthwise, p.depthwiseNorm))
      const pointwise = tf.relu(batchNorm(tf.conv2d(rectified, p.pointwise as tf.Tensor4D, 1, 'same'), p.pointwiseNorm))
      const strided = tf.relu(batchNorm(tf.conv2d(pointwise, p.strided as tf.Tensor4D, 2, 'same'), p.stridedNorm))
      const logits = tf
        .avgPool(strided, side / 4, 1, 'valid')
        .reshape([-1, 64])
        .matMul(p.head.w)
        .add(p.head.b)
      return tf.losses.softmaxCrossEntropy(y, logits) as tf.Scalar
    },
  })
