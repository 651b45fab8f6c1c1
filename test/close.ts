import * as tf from '@tensorflow/tfjs'
import { tree } from 'gradus'

/** A leaf's numbers: a tensor's, an array's, or the one that it is. */
export const numbersOf = (leaf: unknown): ArrayLike<number> => {
  if (leaf instanceof tf.Tensor) return leaf.dataSync() as Float32Array
  return typeof leaf === 'number' ? [leaf] : (leaf as ArrayLike<number>)
}

/**
 * The largest distance between the numbers of two trees of one shape, each leaf's relative to the largest number that is
 * expected in it. Infinite where one is NaN or infinite and the other is not the same.
 */
export const distance = (actual: unknown, expected: unknown): number => ruler()(actual, expected)

/** `distance` along a run: relative to the largest number that was expected in the leaf so far. */
export const ruler = (): ((actual: unknown, expected: unknown) => number) => {
  const largest = new Map<string, number>()
  return (actual, expected) => {
    const found = tree.alike('distance', 'actual', expected, actual)
    const each = tree.entries(expected).map(([path, leaf], i) => {
      const numbers = Array.from(numbersOf(leaf))
      largest.set(path, Math.max(largest.get(path) ?? 0, ...numbers.map(Math.abs).filter(Number.isFinite)))
      const far = farthest(numbersOf(found[i]), numbers)
      return far === 0 ? 0 : far / (largest.get(path) || 1)
    })
    return Math.max(0, ...each)
  }
}

const farthest = (actual: ArrayLike<number>, expected: readonly number[]): number => {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY
  const gaps = expected.map((b, i) => {
    const a = actual[i] as number
    const gap = Object.is(a, b) ? 0 : Math.abs(a - b)
    return Number.isFinite(gap) ? gap : Number.POSITIVE_INFINITY
  })
  return Math.max(0, ...gaps)
}
