import * as tf from '@tensorflow/tfjs'
import type { Initializer } from 'gradus'

/** Two spirals that wind around each other, and a network that says on which of them a point lies: above 0, or below. */
const TURNS = 1.75

/** `x`: [2n, 2] in −1 … 1, `y`: [2n, 1], 1 or −1. */
export const spirals = (n: number) => {
  const points = Array.from({ length: n }, (_, i) => {
    const r = 0.05 + (0.9 * i) / n
    const angle = 2 * Math.PI * TURNS * Math.sqrt(i / n)
    return [r * Math.cos(angle), r * Math.sin(angle)] as const
  })
  const x = tf.tensor2d(
    points.flatMap(([a, b]) => [a, b, -a, -b]),
    [2 * n, 2],
  )
  const y = tf.tensor2d(
    points.flatMap(() => [1, -1]),
    [2 * n, 1],
  )
  return { x, y }
}
export type Spirals = ReturnType<typeof spirals>

const WIDTH = 64

export const weights = ({ glorotUniform, uniform }: Initializer) => ({
  first: { w: uniform([2, WIDTH], -4, 4), b: uniform([WIDTH], -2, 2) },
  second: { w: glorotUniform([WIDTH, WIDTH]), b: tf.zeros([WIDTH]) },
  out: { w: glorotUniform([WIDTH, 1]), b: tf.zeros([1]) },
})
export type Weights = ReturnType<typeof weights>

export const network = ({ first, second, out }: Weights, x: tf.Tensor) => {
  const h = tf.tanh(x.matMul(first.w).add(first.b))
  return tf.tanh(h.matMul(second.w).add(second.b)).matMul(out.w).add(out.b)
}

/** The logistic loss: log(1 + exp(−y · f(x))). */
export const loss = (theta: Weights, { x, y }: Spirals) => network(theta, x).mul(y).neg().softplus().mean().asScalar()

/** What the network says of the middle of each pixel of a square picture, row by row. */
export const picture = async (theta: Weights, size: number): Promise<Float32Array> => {
  const at = (i: number) => (2 * i + 1) / size - 1
  const said = tf.tidy(() => {
    const points = Array.from({ length: size * size }, (_, i) => [at(i % size), at(Math.floor(i / size))])
    return network(theta, tf.tensor2d(points.flat(), [size * size, 2]))
  })
  const values = await said.data<'float32'>()
  said.dispose()
  return values
}
