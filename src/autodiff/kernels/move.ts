import type { WasmBackend } from '../../kernel/heap.js'
import { type BLOCK, BYTES, type Call, copy, transpose } from './block.js'
import { moduleOf } from './module.js'

/**
 * Elements moved from one place to another, whatever the order of their axes in each: slices, transposes, splits and joins are this.
 *
 *     to[Σ iₐ · toₐ] = from[Σ iₐ · fromₐ]          0 ≤ iₐ < sizeₐ
 *
 * Axes that lie alike in both places are one. Where the elements of an axis are neighbours in both, they are copied in runs; where
 * those of one axis are neighbours in one place and those of another in the other, squares are transposed.
 */
export interface Axis {
  readonly size: number
  /** Bytes from one to the next; 0 reads the same again, below 0 goes backwards. */
  readonly from: number
  readonly to: number
}

interface Blocks {
  readonly copy: Call<typeof BLOCK>
  readonly transpose: Call<typeof BLOCK>
}

const blocksOf = moduleOf<Blocks>([copy, transpose])

/** Elements of four bytes. */
export const move = (backend: WasmBackend, axes: readonly Axis[], from: number, to: number): void => {
  if (axes.some(({ size }) => size === 0)) return
  const [block, rest] = blockOf(merged(axes), blocksOf(backend))
  const visit = (depth: number, from: number, to: number): void => {
    const axis = rest[depth]
    if (axis) for (let i = 0; i < axis.size; i++) visit(depth + 1, from + i * axis.from, to + i * axis.to)
    else block(from, to)
  }
  visit(0, from, to)
}

/** From the innermost in `to` outwards; an axis that goes on in both places where the one inside of it ends is one with it. */
const merged = (axes: readonly Axis[]): readonly Axis[] => {
  const all: Axis[] = []
  for (const axis of axes.filter(({ size }) => size > 1).sort((a, b) => a.to - b.to)) {
    const inner = all.at(-1)
    if (inner && axis.from === inner.from * inner.size && axis.to === inner.to * inner.size)
      all[all.length - 1] = { ...inner, size: axis.size * inner.size }
    else all.push(axis)
  }
  return all
}

type Move = (from: number, to: number) => void

const ONE: Axis = { size: 1, from: BYTES, to: BYTES }
const longest = (axes: readonly Axis[]): Axis => axes.reduce((most, axis) => (axis.size > most.size ? axis : most), ONE)

/** What one call moves, and the axes that are left. */
const blockOf = (axes: readonly Axis[], { copy, transpose }: Blocks): readonly [Move, readonly Axis[]] => {
  const without = (...taken: readonly Axis[]) => axes.filter((axis) => !taken.includes(axis))
  const written = axes.find(({ to }) => to === BYTES)
  const read = axes.find(({ from }) => from === BYTES)
  if (written && read && written !== read)
    return [(from, to) => transpose(from, written.from, to, read.to, written.size, read.size), without(written, read)]
  const run = written && written === read ? written : ONE
  const rows = longest(without(run))
  return [(from, to) => copy(from, rows.from, to, rows.to, rows.size, run.size), without(run, rows)]
}
