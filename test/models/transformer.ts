import * as tf from '@tensorflow/tfjs'
import { initializer } from 'gradus'
import { symbols } from './data.ts'
import { model } from './model.ts'

interface Size {
  readonly batch?: number
  readonly time?: number
  readonly of?: number
  readonly width?: number
  readonly heads?: number
  readonly layers?: number
  readonly dropout?: number
}

type Norm = { readonly gain: tf.Tensor; readonly shift: tf.Tensor }
type Dense = { readonly w: tf.Tensor; readonly b: tf.Tensor }

const norm = (n: number): Norm => ({ gain: tf.ones([n]), shift: tf.zeros([n]) })
const through = (x: tf.Tensor, { w, b }: Dense): tf.Tensor => x.matMul(w).add(b)

/** Ba, Kiros & Hinton 2016, https://arxiv.org/abs/1607.06450 */
const layerNorm = (x: tf.Tensor, { gain, shift }: Norm): tf.Tensor => {
  const { mean, variance } = tf.moments(x, -1, true)
  return x.sub(mean).mul(variance.add(1e-5).rsqrt()).mul(gain).add(shift)
}

/** Hendrycks & Gimpel 2016, https://arxiv.org/abs/1606.08415 */
const gelu = (x: tf.Tensor): tf.Tensor => x.mul(x.mul(Math.SQRT1_2).erf().add(1)).mul(0.5)

/** A decoder as it is usually written: attention, layer normalisation first, GELU, dropout. Radford et al. 2019 (GPT-2). */
export const transformer = ({
  batch = 16,
  time = 64,
  of = 145,
  width = 64,
  heads = 4,
  layers = 2,
  dropout = 0.1,
}: Size = {}) =>
  model({
    name: `transformer, ${layers} × width ${width}, ${heads} heads, context ${time}, batch ${batch}`,
    params: () => {
      const init = initializer(1)
      const dense = (inputs: number, outputs: number): Dense => ({
        w: init.normal([inputs, outputs], 0.02),
        b: tf.zeros([outputs]),
      })
      return {
        embedding: init.normal([of, width], 0.02),
        positions: init.normal([time, width], 0.02),
        blocks: Array.from({ length: layers }, () => ({
          attention: { norm: norm(width), qkv: dense(width, 3 * width), out: dense(width, width) },
          mlp: { norm: norm(width), up: dense(width, 4 * width), down: dense(4 * width, width) },
        })),
        norm: norm(width),
        head: dense(width, of),
      }
    },
    batch: (i) => ({ tokens: symbols(i, [batch, time + 1], of) }),
    loss: (p, { tokens }, seed) => {
      let dropped = 0
      const drop = (x: tf.Tensor): tf.Tensor =>
        dropout > 0 ? tf.dropout(x, dropout, undefined, seed * 1000 + dropped++) : x
      const ahead = tf.sub(1, tf.linalg.bandPart(tf.ones([time, time]), -1, 0)).mul(-1e9)
      const split = (x: tf.Tensor) => x.reshape([batch, time, heads, width / heads]).transpose([0, 2, 1, 3])
      const attend = (x: tf.Tensor, { qkv, out }: { qkv: Dense; out: Dense }): tf.Tensor => {
        const [q, k, v] = tf.split(through(x, qkv), 3, -1).map(split) as [tf.Tensor, tf.Tensor, tf.Tensor]
        const weights = tf.softmax(
          q
            .matMul(k, false, true)
            .mul((width / heads) ** -0.5)
            .add(ahead),
        )
        const seen = drop(weights)
          .matMul(v)
          .transpose([0, 2, 1, 3])
          .reshape([batch * time, width])
        return drop(through(seen, out))
      }
      const embedded = tf
        .gather(p.embedding, tokens.slice([0, 0], [batch, time]) as tf.Tensor2D)
        .add(p.positions)
        .reshape([batch * time, width])
      const last = p.blocks.reduce((x, { attention, mlp }) => {
        const y = x.add(attend(layerNorm(x, attention.norm), attention))
        return y.add(drop(through(gelu(through(layerNorm(y, mlp.norm), mlp.up)), mlp.down)))
      }, drop(embedded))
      const logits = through(layerNorm(last, p.norm), p.head)
      const next = tokens.slice([0, 1], [batch, time]).flatten()
      return tf.losses.softmaxCrossEntropy(tf.oneHot(next, of).cast('float32'), logits) as tf.Scalar
    },
  })
