import * as tf from '@tensorflow/tfjs'
import { initializer } from 'gradus'
import { symbols } from './data.ts'
import { model } from './model.ts'

interface Size {
  readonly batch?: number
  readonly time?: number
  readonly of?: number
  readonly width?: number
}

/** An embedding and an LSTM that says what comes next. Hochreiter & Schmidhuber 1997, https://doi.org/10.1162/neco.1997.9.8.1735 */
export const recurrent = ({ batch = 32, time = 24, of = 96, width = 64 }: Size = {}) =>
  model({
    name: `embedding and LSTM, width ${width}, ${time} steps, batch ${batch}`,
    params: () => {
      const init = initializer(1)
      return {
        embedding: init.normal([of, width]),
        gates: { w: init.glorotUniform([2 * width, 4 * width]), b: tf.zeros([4 * width]) as tf.Tensor },
        head: { w: init.glorotUniform([width, of]), b: tf.zeros([of]) as tf.Tensor },
      }
    },
    batch: (i) => ({ tokens: symbols(i, [batch, time + 1], of) }),
    loss: ({ embedding, gates, head }, { tokens }) => {
      const embedded = tf.gather(embedding, tokens.slice([0, 0], [batch, time]) as tf.Tensor2D)
      let [h, c]: [tf.Tensor, tf.Tensor] = [tf.zeros([batch, width]), tf.zeros([batch, width])]
      const seen: tf.Tensor[] = []
      for (const x of tf.unstack(embedded, 1)) {
        const [input, forget, cell, output] = tf.split(tf.concat([x, h], 1).matMul(gates.w).add(gates.b), 4, 1) as [
          tf.Tensor,
          tf.Tensor,
          tf.Tensor,
          tf.Tensor,
        ]
        c = c.mul(forget.sigmoid()).add(input.sigmoid().mul(cell.tanh()))
        h = output.sigmoid().mul(c.tanh())
        seen.push(h)
      }
      const logits = tf
        .stack(seen, 1)
        .reshape([batch * time, width])
        .matMul(head.w)
        .add(head.b)
      const next = tokens.slice([0, 1], [batch, time]).flatten()
      return tf.losses.softmaxCrossEntropy(tf.oneHot(next, of).cast('float32'), logits) as tf.Scalar
    },
  })
