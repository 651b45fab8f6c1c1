import * as tf from '@tensorflow/tfjs'
import { type Arrays, type Tensors, tree } from 'gradus'

/** Random numbers for tests: equal seeds, equal numbers; every one of them a float32. */
export const gaussian = (seed: number): (() => number) => {
  let state = seed >>> 0
  // Mulberry32.
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let x = Math.imul(state ^ (state >>> 15), state | 1)
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61)
    return (((x ^ (x >>> 14)) >>> 0) + 1) / 4294967297
  }
  return () => Math.fround(Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()))
}

export const normal = (shape: readonly number[], next: () => number, scale = 1): tf.Tensor => {
  const size = shape.reduce((a, b) => a * b, 1)
  return tf.tensor(
    Float32Array.from({ length: size }, () => scale * next()),
    [...shape],
  )
}

/** A tree that nests objects in arrays and arrays in objects, with a scalar, a kernel of rank 4, an empty leaf and lengths that leave a tail. */
export const mixed = (seed = 1) => {
  const next = gaussian(seed)
  return {
    dense: [
      { kernel: normal([4, 3], next), bias: normal([3], next) },
      { kernel: normal([3, 7], next), bias: normal([7], next) },
    ],
    scale: normal([], next),
    empty: normal([0, 3], next),
    long: [[normal([37], next)]],
    conv: { kernel: normal([2, 3, 2, 2], next) },
  }
}

/** Normal gradients for these parameters; in every third one some entries are exactly 0. */
export const gradientFor = <P>(params: P, seed: number, scale = 1): P => {
  const next = gaussian(seed)
  const sparse = seed % 3 === 0
  return tree.map(
    (x) => normal((x as tf.Tensor).shape, () => (sparse && next() > 0 ? 0 : next()), scale),
    params as Tensors,
  ) as P
}

/** A tensor tree's numbers as the float64 arrays that `simulate` takes. */
export const asArrays = (tensors: unknown): Arrays =>
  tree.map((x) => Float64Array.from((x as tf.Tensor).dataSync()), tensors as Tensors)
