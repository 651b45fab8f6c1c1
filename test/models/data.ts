import * as tf from '@tensorflow/tfjs'

/** Seeded batches: the same numbers for the same i, on every back end. */
export const CLASSES = 10

export const images = (i: number, shape: readonly number[]): tf.Tensor =>
  tf.randomUniform([...shape], 0, 1, 'float32', 2 * i + 1)

/** One hot. */
export const classes = (i: number, batch: number): tf.Tensor =>
  tf.tidy(() => tf.oneHot(tf.randomUniform([batch], 0, CLASSES, 'int32', 2 * i + 2), CLASSES).cast('float32'))

/** Symbols [batch, time], int32. */
export const symbols = (i: number, shape: readonly number[], of: number): tf.Tensor =>
  tf.randomUniform([...shape], 0, of, 'int32', 2 * i + 1)
