import type { Vector } from '../drawn/gradients.js'
import { dot, minus, norm, plus, times } from './norm.js'

/** Matrices by their rows, as long as small: products with them, and their singular values. */
export type Matrix = readonly Vector[]

export const matrixOf = (columns: number, x: Vector): Matrix =>
  Array.from({ length: x.length / columns }, (_, i) => x.slice(i * columns, (i + 1) * columns))

export const transposed = (a: Matrix): Matrix => (a[0] as Vector).map((_, j) => a.map((row) => row[j] as number))

export const product = (a: Matrix, b: Matrix): Matrix => {
  const columns = transposed(b)
  return a.map((row) => columns.map((column) => dot(row, column)))
}

/** I − 2 · v · vᵀ / ‖v‖²: the mirror that turns v round. All orthogonal matrices are products of such. */
export const mirror = (v: Vector): Matrix =>
  v.map((x, i) => v.map((y, j) => (i === j ? 1 : 0) - (2 * x * y) / dot(v, v)))

/**
 * The largest first, as many as there are rows or columns, whatever is less. One-sided Jacobi: rows are turned, two at a time, until they are at
 * right angles, which makes their lengths the singular values. Hestenes 1958, https://doi.org/10.1137/0106005
 */
export const singularValues = (a: Matrix): Vector => {
  const rows = [...(a.length > (a[0] as Vector).length ? transposed(a) : a)]
  for (let sweep = 0; sweep < 12; sweep++)
    for (let i = 0; i < rows.length; i++)
      for (let j = i + 1; j < rows.length; j++) {
        const [x, y] = [rows[i] as Vector, rows[j] as Vector]
        const angle = Math.atan2(2 * dot(x, y), dot(x, x) - dot(y, y)) / 2
        const [c, s] = [Math.cos(angle), Math.sin(angle)]
        rows[i] = plus(times(c, x), times(s, y))
        rows[j] = minus(times(c, y), times(s, x))
      }
  return rows.map(norm).sort((p, q) => q - p)
}
