import * as tf from '@tensorflow/tfjs'
import { initializer } from 'gradus'
import { classes, images } from './data.ts'
import { model } from './model.ts'

/** 784-256-128-10, rectified. */
const WIDTHS = [784, 256, 128, 10] as const

export const perceptron = (batch = 64) =>
  model({
    name: `perceptron ${WIDTHS.join('-')}, batch ${batch}`,
    params: () => {
      const init = initializer(1)
      return WIDTHS.slice(1).map((outputs, i) => ({
        w: init.glorotUniform([WIDTHS[i] as number, outputs]),
        b: tf.zeros([outputs]) as tf.Tensor,
      }))
    },
    batch: (i) => ({ x: images(i, [batch, 784]), y: classes(i, batch) }),
    loss: (layers, { x, y }) => {
      const logits = layers.reduce<tf.Tensor>((h, { w, b }, i) => {
        const z = h.matMul(w).add(b)
        return i < layers.length - 1 ? z.relu() : z
      }, x)
      return tf.losses.softmaxCrossEntropy(y, logits) as tf.Scalar
    },
  })
