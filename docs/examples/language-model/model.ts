import * as tf from '@tensorflow/tfjs-core'
import type { Initializer } from 'gradus'
import { op } from './op.ts'

/**
 * A small transformer, normalised before each part, made of matrices alone: no biases, no gains.
 * Vaswani et al. 2017, https://arxiv.org/abs/1706.03762
 *
 *     x ← embedding[token] + positions[time]
 *     x ← x + attention(norm(x)) · out               in each block
 *     x ← x + relu(norm(x) · up)² · down
 *     logits = norm(x) · head
 */
export interface Size {
  /** Symbols in the vocabulary. */
  readonly symbols: number
  /** Symbols that a prediction can look back at, itself included. */
  readonly context: number
  readonly width: number
  readonly heads: number
  readonly layers: number
}

/** A type and not an interface, so that it is a `Tree<Tensor>`. */
export type Params = {
  readonly embedding: tf.Tensor
  readonly positions: tf.Tensor
  readonly blocks: readonly Block[]
  readonly head: tf.Tensor
}

export type Block = {
  readonly query: tf.Tensor
  readonly key: tf.Tensor
  readonly value: tf.Tensor
  readonly out: tf.Tensor
  readonly up: tf.Tensor
  readonly down: tf.Tensor
}

/** The matrices, which decay; the embedding and the positions, rows that are looked up, do not. */
export const isMatrix = (path: string): boolean => path.startsWith('blocks.') || path === 'head'

/** All that is added to x is zero at first, and so are the logits: every symbol is as likely as any other. */
export const paramsOf = ({ symbols, context, width, layers }: Size, init: Initializer): Params => {
  const matrix = (rows: number, columns: number) => init.normal([rows, columns], rows ** -0.5)
  const zeros = (rows: number, columns: number) => tf.zeros([rows, columns])
  return {
    embedding: init.normal([symbols, width]),
    positions: init.normal([context, width], 0.1),
    blocks: Array.from({ length: layers }, () => ({
      query: matrix(width, width),
      key: matrix(width, width),
      value: matrix(width, width),
      out: zeros(width, width),
      up: matrix(width, 4 * width),
      down: zeros(4 * width, width),
    })),
    head: zeros(width, symbols),
  }
}

/** Logits [batch · time, symbols] of what follows each of `tokens` [batch, time], time ≤ context. */
export const logitsOf = ({ symbols, width, heads }: Size, params: Params, tokens: tf.Tensor2D): tf.Tensor => {
  const [batch, time] = tokens.shape
  const mask = causal(time)
  const split = (x: tf.Tensor) => x.reshape([batch, time, heads, width / heads]).transpose([0, 2, 1, 3])

  const attention = (x: tf.Tensor, { query, key, value }: Block): tf.Tensor => {
    const q = split(x.matMul(query)).mul((width / heads) ** -0.5)
    const weights = tf.softmax(q.matMul(split(x.matMul(key)), false, true).add(mask))
    const seen = weights.matMul(split(x.matMul(value)))
    return seen.transpose([0, 2, 1, 3]).reshape([batch * time, width])
  }
  const through = (x: tf.Tensor, block: Block): tf.Tensor => {
    const y = x.add(attention(norm(x), block).matMul(block.out))
    return y.add(squaredRelu(norm(y).matMul(block.up)).matMul(block.down))
  }

  const positions = params.positions.slice([0, 0], [time, width])
  const embedded = oneHot(tokens, symbols).matMul(params.embedding).reshape([batch, time, width]).add(positions)
  return norm(params.blocks.reduce(through, embedded.reshape([batch * time, width]))).matMul(params.head)
}

/** The mean of −log p(target), in nats a symbol. */
export const lossOf = (size: Size, params: Params, inputs: tf.Tensor2D, targets: tf.Tensor2D): tf.Scalar =>
  crossEntropy(logitsOf(size, params, inputs), oneHot(targets, size.symbols))

/** As integers first: with 'float32', tfjs's WASM kernel writes an integer's bits. */
const oneHot = (tokens: tf.Tensor2D, symbols: number): tf.Tensor => tf.oneHot(tokens.flatten(), symbols).toFloat()

/** What is added to scores [time, time], so that nothing looks ahead. */
const causal = (time: number): tf.Tensor => {
  const ahead = (i: number) => i % time > Math.floor(i / time)
  return tf.tensor2d(
    Float32Array.from({ length: time * time }, (_, i) => (ahead(i) ? -1e9 : 0)),
    [time, time],
  )
}

/** x / √(mean x²), by rows. Zhang & Sennrich 2019, https://arxiv.org/abs/1910.07467 */
const norm = op(
  (x) => {
    const scale = x.square().mean(-1, true).add(1e-5).rsqrt()
    const y = x.mul(scale)
    return { value: y, kept: [y, scale] }
  },
  (dy, y, scale) => dy.sub(y.mul(dy.mul(y).mean(-1, true))).mul(scale),
)

/** relu(x)². So et al. 2021, https://arxiv.org/abs/2109.08668 */
const squaredRelu = op(
  (x) => {
    const y = x.relu()
    return { value: y.square(), kept: [y] }
  },
  (dy, y) => dy.mul(y.mul(2)),
)

/** −log Σ target · softmax(x), the mean over rows; infinite where float32 makes the target's probability 0 (e⁻⁸⁷). */
const crossEntropy = op(
  (x, targets: tf.Tensor) => {
    const p = tf.softmax(x)
    return { value: p.mul(targets).sum(-1).log().mean().neg() as tf.Scalar, kept: [p, targets] }
  },
  (dy, p, targets) => p.sub(targets).mul(dy.div(p.shape[0])),
)
