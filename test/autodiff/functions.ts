import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { type Tensors, tree } from 'gradus'
import { gaussian, normal } from '../random.ts'

/** Smooth functions from trees to trees, built up by chance. */
export interface Params {
  readonly w: tf.Tensor2D
  readonly layers: readonly { readonly u: tf.Tensor2D; readonly b: tf.Tensor1D }[]
  readonly s: tf.Scalar
  readonly empty: tf.Tensor2D
}

/** A scalar, an empty leaf, arrays in objects and objects in arrays. */
export const paramsFrom = (seed: number): Params => {
  const next = gaussian(seed)
  return {
    w: normal([3, 3], next, 0.5) as tf.Tensor2D,
    layers: [{ u: normal([3, 3], next, 0.5) as tf.Tensor2D, b: normal([3], next, 0.5) as tf.Tensor1D }],
    s: normal([], next, 0.5) as tf.Scalar,
    empty: tf.zeros([0, 2]),
  }
}

type Term = (p: Params) => tf.Tensor2D
const layer = ({ layers: [first] }: Params) => first as { u: tf.Tensor2D; b: tf.Tensor1D }

const leaf: fc.Arbitrary<Term> = fc.constantFrom<Term>(
  (p) => p.w,
  (p) => layer(p).u,
  (p) => p.w.add(layer(p).b),
  (p) => layer(p).u.mul(p.s),
)
const unary = fc.constantFrom<(x: tf.Tensor2D) => tf.Tensor2D>(
  (x) => tf.sin(x),
  (x) => x.square().mul(0.5),
  (x) => x.mul(x).mul(x).mul(0.2),
  (x) => x.transpose(),
  (x) => x.sub(x.mean(1, true)),
  (x) => tf.cos(x).add(x),
  (x) => x.tanh(),
  (x) => x.sigmoid(),
  (x) => x.softmax(),
  (x) => x.neg().exp().mul(0.3),
)
const binary = fc.constantFrom<(x: tf.Tensor2D, y: tf.Tensor2D) => tf.Tensor2D>(
  (x, y) => x.add(y),
  (x, y) => x.sub(y),
  (x, y) => x.mul(y),
  (x, y) => tf.matMul(x, y),
  (x, y) => tf.matMul(x, y, true, false),
  (x, y) => tf.matMul(x, y, false, true),
  (x, y) => tf.matMul(x, y, true, true),
  (x, y) => x.div(y.square().add(1)),
)
/** Matrices, 3 × 3. */
export const terms: fc.Arbitrary<Term> = fc.letrec<{ term: Term }>((tie) => ({
  term: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.tuple(unary, tie('term')).map(
      ([f, a]): Term =>
        (p) =>
          f(a(p)),
    ),
    fc.tuple(binary, tie('term'), tie('term')).map(
      ([f, a, b]): Term =>
        (p) =>
          f(a(p), b(p)),
    ),
  ),
})).term

export interface Values {
  readonly whole: tf.Tensor2D
  readonly more: readonly [tf.Tensor1D, tf.Scalar]
  readonly empty: tf.Tensor2D
}

/** A tree of values; `x`, an argument that is not differentiated, stands in all of them. */
export type Function = (p: Params, x: tf.Tensor1D) => Values

export const functions: fc.Arbitrary<Function> = fc.tuple(terms, terms).map(([a, b]) => (p, x) => ({
  whole: a(p).mul(x),
  more: [b(p).mul(x).sum(0), a(p).mul(b(p)).add(x).mean()],
  empty: p.empty.mul(p.s),
}))

export type ScalarFunction = (p: Params, x: tf.Tensor1D) => tf.Scalar

export const scalarFunctions: fc.Arbitrary<ScalarFunction> = functions.map((f) => (p, x) => {
  const { whole, more } = f(p, x)
  return tf.sin(whole).sum().add(more[0].mean()).mul(more[1].add(1)) as tf.Scalar
})

export const rest = (): tf.Tensor1D => tf.tensor1d([0.7, -1.2, 0.4])

/** A tree of normal numbers like this one. */
export const like = <T>(given: T, seed: number): T => {
  const next = gaussian(seed)
  return tree.map((x) => normal((x as tf.Tensor).shape, next), given as Tensors) as T
}

export const seeds = fc.integer({ min: 1, max: 1e6 })

/** ⟨a, b⟩ over all leaves in float64, and Σ|aᵢ bᵢ|, of which it can be a small part. */
export const dot = (a: unknown, b: unknown): { readonly value: number; readonly size: number } => {
  const products = tree.tensors(a).flatMap((x, i) => {
    const y = (tree.tensors(b)[i] as tf.Tensor).dataSync()
    return Array.from(x.dataSync(), (n, j) => n * (y[j] as number))
  })
  return {
    value: products.reduce((sum, n) => sum + n, 0),
    size: products.reduce((sum, n) => sum + Math.abs(n), 0),
  }
}

/** Every leaf times a number. */
export const times = <T>(given: T, factor: number): T =>
  tree.map((x) => tf.mul(x as tf.Tensor, factor), given as Tensors) as T

/** The largest number in a tree. */
export const largest = (given: unknown): number =>
  Math.max(0, ...tree.tensors(given).flatMap((x) => Array.from(x.dataSync(), Math.abs)))

/** The largest difference between the numbers of two trees. */
export const gap = <T>(a: T, b: T): number => tf.tidy(() => largest(tree.add(a, times(b, -1))))
