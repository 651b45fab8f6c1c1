import { pad, reshape, slice, type Tensor, util } from '@tensorflow/tfjs-core'

/** Every `step`-th along an axis, and back: the two are each other's gradients. */

/** [before, n, after], so that the axis is the middle one. */
export const middle = (shape: readonly number[], axis: number): [number, number, number] => [
  util.sizeFromShape(shape.slice(0, axis)),
  shape[axis] as number,
  util.sizeFromShape(shape.slice(axis + 1)),
]

const resized = (shape: readonly number[], axis: number, n: number): number[] =>
  shape.map((size, i) => (i === axis ? n : size))

/** x with step − 1 zeros between neighbours: n become (n − 1) · step + 1. */
export const spread = (x: Tensor, axis: number, step: number): Tensor => {
  const [before, n, after] = middle(x.shape, axis)
  if (step === 1 || n <= 1) return x
  const size = (n - 1) * step + 1
  const padded = pad(reshape(x, [before, n, 1, after]), [
    [0, 0],
    [0, 0],
    [0, step - 1],
    [0, 0],
  ])
  const along = slice(reshape(padded, [before, n * step, after]), [0, 0, 0], [before, size, after])
  return reshape(along, resized(x.shape, axis, size))
}

/** Every `step`-th of x, from the first on: (n − 1) · step + 1 become n. */
export const gatherEvery = (x: Tensor, axis: number, step: number): Tensor => {
  const [before, size, after] = middle(x.shape, axis)
  if (step === 1 || size <= 1) return x
  const n = (size - 1) / step + 1
  const padded = pad(reshape(x, [before, size, after]), [
    [0, 0],
    [0, step - 1],
    [0, 0],
  ])
  const first = slice(reshape(padded, [before, n, step, after]), [0, 0, 0, 0], [before, n, 1, after])
  return reshape(first, resized(x.shape, axis, n))
}

/** x between zeros, along an axis. */
export const place = (x: Tensor, axis: number, start: number, size: number): Tensor => {
  const [before, n, after] = middle(x.shape, axis)
  if (n === size) return x
  const placed = pad(reshape(x, [before, n, after]), [
    [0, 0],
    [start, size - start - n],
    [0, 0],
  ])
  return reshape(placed, resized(x.shape, axis, size))
}
