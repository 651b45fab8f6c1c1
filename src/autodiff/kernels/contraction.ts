import { address, output, type WasmBackend } from '../../kernel/heap.js'
import { BYTES } from './block.js'
import { type Layout, product, workbench } from './product.js'

/**
 * Sums of products over labelled axes, as products of matrices where the numbers lie:
 *
 *     C[batch, left, right] = Σ A[batch, left, inner] · B[batch, inner, right]
 *
 * each of the four a group of axes that go through memory as one, with one distance from each step to the next. Axes may stand in
 * any order, so that `bthd,bshd->bhts` (attention) copies nothing; an operand whose axes do not go together is laid out anew.
 */
export interface Labelled {
  readonly dataId: object
  /** The label of each axis, the outermost first. */
  readonly axes: readonly number[]
}

export interface Contraction {
  readonly backend: WasmBackend
  /** By label; none is 0. */
  readonly sizes: readonly number[]
  readonly out: readonly number[]
  /** A tensor with its axes in this order, for as long as the contraction takes. */
  arrange(x: Labelled, axes: readonly number[]): Labelled
}

type Sizes = readonly number[]
/** Elements from one step along an axis to the next; 0 where there is no such axis. */
type Distance = (axis: number) => number

const sizeOf = (axes: readonly number[], sizes: Sizes): number =>
  axes.reduce((n, axis) => n * (sizes[axis] as number), 1)

const distances = (axes: readonly number[], sizes: Sizes): Distance => {
  const all = new Map(axes.map((axis, i) => [axis, sizeOf(axes.slice(i + 1), sizes)]))
  return (axis) => all.get(axis) ?? 0
}

/** The distance of a group that goes through memory as one axis; 1 where it has one step only. */
const asOne = (group: readonly number[], sizes: Sizes, distance: Distance): number | undefined => {
  const axes = group.filter((axis) => sizes[axis] !== 1)
  const whole = axes.every(
    (axis, i) => i === 0 || distance(axes[i - 1] as number) === distance(axis) * (sizes[axis] as number),
  )
  const last = axes.at(-1)
  return !whole ? undefined : last === undefined ? 1 : distance(last)
}

/** A matrix whose rows and columns are groups of axes, if one of the two lies without gaps. */
const layoutOf = (
  x: Labelled,
  rows: readonly number[],
  columns: readonly number[],
  sizes: Sizes,
): Layout | undefined => {
  const distance = distances(x.axes, sizes)
  const [down, right] = [asOne(rows, sizes, distance), asOne(columns, sizes, distance)]
  return down === undefined || right === undefined || (down !== 1 && right !== 1)
    ? undefined
    : { down: down * BYTES, right: right * BYTES }
}

/** In bytes, where the matrix of each step through the batch begins. */
const starts = (batch: readonly number[], x: readonly number[], sizes: Sizes): readonly number[] => {
  const distance = distances(x, sizes)
  return batch.reduce<readonly number[]>(
    (all, axis) =>
      all.flatMap((start) =>
        Array.from({ length: sizes[axis] as number }, (_, i) => start + i * distance(axis) * BYTES),
      ),
    [0],
  )
}

/** C has the axes `out`, or others that are to be arranged. */
export const contract = (a: Labelled, b: Labelled, { backend, sizes, out, arrange }: Contraction): Labelled => {
  const batch = out.filter((axis) => a.axes.includes(axis) && b.axes.includes(axis))
  const inner = a.axes.filter((axis) => b.axes.includes(axis) && !out.includes(axis))
  const left = out.filter((axis) => !b.axes.includes(axis))
  const right = out.filter((axis) => !a.axes.includes(axis))
  const c = layoutOf({ dataId: {}, axes: out }, left, right, sizes)
  // Rows of C lie without gaps: B's axes are its columns. If they are its rows there, Cᵀ = Bᵀ·Aᵀ.
  if (c && c.right !== BYTES) return contract(b, a, { backend, sizes, out, arrange })
  const axes = c ? out : [...batch, ...left, ...right]
  const laid = (x: Labelled, rows: readonly number[], columns: readonly number[]) => {
    const asItIs = layoutOf(x, rows, columns, sizes)
    if (asItIs) return { x, layout: asItIs }
    const anew = arrange(x, [...batch, ...rows, ...columns])
    return { x: anew, layout: layoutOf(anew, rows, columns, sizes) as Layout }
  }
  const [A, B] = [laid(a, left, inner), laid(b, inner, right)]
  const [m, n, k] = [sizeOf(left, sizes), sizeOf(right, sizes), sizeOf(inner, sizes)]
  const multiply = product(workbench(backend), A.layout, B.layout, [m, n, k], { cRow: c?.down ?? n * BYTES })
  const [aAt, bAt] = [address(backend, A.x.dataId), address(backend, B.x.dataId)]
  const [aStarts, bStarts] = [starts(batch, A.x.axes, sizes), starts(batch, B.x.axes, sizes)]
  const shape = axes.map((axis) => sizes[axis] as number)
  const { dataId } = output(backend, shape, (at) => {
    for (const [i, start] of starts(batch, axes, sizes).entries())
      multiply(aAt + (aStarts[i] as number), bAt + (bStarts[i] as number), at + start)
  })
  return { dataId, axes }
}
