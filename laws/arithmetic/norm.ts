import type { Vector } from '../drawn/gradients.js'
import type { Layout } from '../run/machine.js'
import { leavesOf } from '../run/run.js'

/** Vectors and their lengths. */
export const dot = (a: Vector, b: Vector): number => a.reduce((sum, x, i) => sum + x * (b[i] as number), 0)
export const norm = (a: Vector): number => Math.sqrt(dot(a, a))
export const plus = (a: Vector, b: Vector): Vector => a.map((x, i) => x + (b[i] as number))
export const minus = (a: Vector, b: Vector): Vector => a.map((x, i) => x - (b[i] as number))
export const times = (c: number, a: Vector): Vector => a.map((x) => c * x)

/** A vector as its tensors. */
export const tensorsOf = (layout: Layout, x: Vector): readonly Vector[] =>
  Object.values(leavesOf(layout, x)).map((leaf) => [...leaf])

/** What is done to each tensor of some vectors, as one vector again. */
export const eachTensor = (
  layout: Layout,
  f: (...tensors: readonly Vector[]) => Vector,
  ...xs: readonly Vector[]
): Vector => {
  const columns = xs.map((x) => tensorsOf(layout, x))
  return (columns[0] as readonly Vector[]).flatMap((_, i) => f(...columns.map((column) => column[i] as Vector)))
}
