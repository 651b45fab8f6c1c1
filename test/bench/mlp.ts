import * as tf from '@tensorflow/tfjs'
import { installKernels, restoreKernels } from '../../src/autodiff/kernels.ts'
import { adam, advance, begin, initializer, tree, valueAndGrad } from '../../src/index.ts'
import { inTurns, type Row } from './turns.ts'

/** A whole step, forward, backward, Adam: the perceptron 784-256-128-10, batch 64. */
const WIDTHS = [784, 256, 128, 10] as const
const BATCH = 64

type Layer = { w: tf.Tensor2D; b: tf.Tensor1D }

const layers = (): Layer[] => {
  const init = initializer(1)
  return WIDTHS.slice(1).map((outputs, i) => ({
    w: init.glorotUniform([WIDTHS[i] as number, outputs]) as tf.Tensor2D,
    b: tf.zeros([outputs]) as tf.Tensor1D,
  }))
}

const lossOf = (params: Layer[], x: tf.Tensor2D, y: tf.Tensor2D): tf.Scalar => {
  const logits = params.reduce<tf.Tensor>((h, { w, b }, i) => {
    const z = h.matMul(w).add(b)
    return i < params.length - 1 ? z.relu() : z
  }, x)
  return tf.losses.softmaxCrossEntropy(y, logits) as tf.Scalar
}

/** tfjs runs on its own kernels in its turns: ours are put in and out, which is not timed. */
export const mlpRow = async (): Promise<Row> => {
  const x = tf.randomUniform([BATCH, WIDTHS[0]], 0, 1, 'float32', 1) as tf.Tensor2D
  const labels = tf.randomUniform([BATCH], 0, 10, 'int32', 2)
  const y = tf.oneHot(labels, 10).cast('float32') as tf.Tensor2D
  const params = layers()

  const optimizer = adam()
  let carry = begin(optimizer, params)
  const gradient = valueAndGrad(lossOf)
  const ours = () => {
    const [loss, grads] = gradient(carry.params, x, y)
    carry = advance(optimizer)(carry, grads)
    tree.dispose([loss, grads])
  }

  const variables = params.map(({ w, b }) => ({ w: tf.variable(w.mul(1)), b: tf.variable(b.mul(1)) }))
  const tfjs = tf.train.adam(1e-3)
  const stock = () => {
    tfjs.minimize(() => lossOf(variables as unknown as Layer[], x, y))
  }

  const row = inTurns('perceptron 784-256-128-10, batch 64: a whole step of adam', [
    { name: 'adam', kernels: 'gradus', run: ours, prepare: installKernels },
    { name: 'minimize', kernels: 'tfjs', run: stock, prepare: restoreKernels },
  ])
  tfjs.dispose()
  tree.dispose([x, y, labels, params, carry, variables])
  return row
}
