import { backend_util, type KernelFunc, Max, Mean, Min, Sum, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { address, borrow, output, type WasmBackend } from '../../kernel/heap.js'
import { BYTES } from './block.js'
import type { Kernel } from './kernel.js'
import { largest, type Reduce, smallest, sums, TURNS } from './reduce.js'

/**
 * Sums, means, largest and smallest along any axes, read where they lie. tfjs's own kernels transpose a tensor first, so that these
 * axes come last, and then add one number after the other: 2 ms for the columns of 1,024 × 64, where this takes 0.01.
 */
const sizeOf = (shape: readonly number[]): number => shape.reduce((n, d) => n * d, 1)

/** So many at a time, for the digits of a sum. */
const MOST = TURNS * TURNS

/** x[outer][rows][inner] over its rows. */
const along = (
  backend: WasmBackend,
  functions: Reduce,
  [outer, rows, inner]: readonly [outer: number, rows: number, inner: number],
  from: number,
  to: number,
): void => {
  const row = inner * BYTES
  if (rows > MOST) {
    const [parts, rest] = [Math.floor(rows / MOST), rows % MOST]
    const all = parts + (rest > 0 ? 1 : 0)
    borrow(backend, outer * all * row, (sums) => {
      for (let i = 0; i < outer; i++) {
        const [x, out] = [from + i * rows * row, sums + i * all * row]
        along(backend, functions, [parts, MOST, inner], x, out)
        if (rest > 0) along(backend, functions, [1, rest, inner], x + parts * MOST * row, out + parts * row)
      }
      along(backend, functions, [outer, all, inner], sums, to)
    })
  } else if (inner === 1) functions.across(from, rows * BYTES, to, outer, rows)
  else for (let i = 0; i < outer; i++) functions.down(from + i * rows * row, row, to + i * row, rows, inner)
}

/** Neighbouring axes are reduced as one, the last of them first. */
const reduce = (
  backend: WasmBackend,
  functions: Reduce,
  shape: readonly number[],
  isReduced: readonly boolean[],
  from: number,
  to: number,
): void => {
  const end = isReduced.lastIndexOf(true) + 1
  // An index below 0 would count from the end.
  const start = end === 0 ? 0 : isReduced.lastIndexOf(false, end - 1) + 1
  const [outer, rows, inner] = [shape.slice(0, start), shape.slice(start, end), shape.slice(end)]
  const sizes = [sizeOf(outer), sizeOf(rows), sizeOf(inner)] as const
  const more = isReduced.slice(0, start)
  if (!more.includes(true)) along(backend, functions, sizes, from, to)
  else
    borrow(backend, sizes[0] * sizes[2] * BYTES, (rest) => {
      along(backend, functions, sizes, from, rest)
      reduce(backend, functions, [...outer, sizes[2]], [...more, false], rest, to)
    })
}

interface Given {
  readonly inputs: { readonly x: TensorInfo }
  readonly backend: WasmBackend
  readonly attrs: {
    readonly axis?: number | number[]
    readonly reductionIndices?: number | number[]
    readonly keepDims?: boolean
  }
}

const reduction =
  (functionsOf: (backend: WasmBackend) => Reduce, isMean = false) =>
  (own: KernelFunc): KernelFunc => {
    const kernel = ({ inputs: { x }, backend, attrs }: Given): TensorInfo => {
      const axes = util.parseAxisParam((attrs.axis ?? attrs.reductionIndices) as number[], x.shape)
      const [kept, along] = backend_util.computeOutAndReduceShapes(x.shape, axes)
      // An axis of size 1 is as good as reduced.
      const isReduced = x.shape.map((size, axis) => size === 1 || axes.includes(axis))
      const out = output(backend, kept, (to) => {
        if (sizeOf(kept) > 0) reduce(backend, functionsOf(backend), x.shape, isReduced, address(backend, x.dataId), to)
        if (!isMean) return
        const means = backend.wasm.HEAPF32.subarray(to / BYTES, to / BYTES + sizeOf(kept))
        const n = sizeOf(along)
        for (const [i, sum] of means.entries()) means[i] = sum / n
      })
      return attrs.keepDims ? { ...out, shape: backend_util.expandShapeToKeepDim(kept, axes) } : out
    }
    return (given) =>
      (given.inputs.x as TensorInfo).dtype === 'float32' ? kernel(given as unknown as Given) : own(given)
  }

export const reductions: readonly Kernel[] = [
  { name: Sum, kernel: reduction(sums) },
  { name: Mean, kernel: reduction(sums, true) },
  { name: Max, kernel: reduction(largest) },
  { name: Min, kernel: reduction(smallest) },
]
