/**
 * How tensors of several shapes are gone through together: the shape they are broadcast to, as runs of elements that follow
 * one another in memory. Along a run a tensor either follows too, or stays at one element.
 *
 *     [m, n] with [m, n] or scalars     one run of m · n
 *     [m, n] with a row [n]             m runs of n, the row from its beginning in each
 *     [m, n] with a column [m, 1]       m runs of n, a number of the column for each
 */
export interface Runs {
  readonly count: number
  readonly length: number
  readonly operands: readonly Place[]
}

export interface Place {
  /** Whether it follows along a run. */
  readonly follows: boolean
  /** Whether it has an element for each of the whole. */
  readonly whole: boolean
  /** Its element at the start of each run; nothing where that is the first one always. */
  readonly starts: Int32Array | undefined
}

/** Neighbouring dimensions along which each tensor either moves or stays. */
interface Group {
  readonly size: number
  readonly moves: readonly boolean[]
}

export const runs = (shapes: readonly (readonly number[])[], whole: readonly number[]): Runs => {
  const groups = grouped(shapes, whole)
  const inner = groups.pop() ?? { size: 1, moves: shapes.map(() => false) }
  const count = groups.reduce((n, { size }) => n * size, 1)
  const operands = shapes.map((_, k): Place => {
    const follows = inner.moves[k] as boolean
    const outer = groups.some(({ moves }) => moves[k])
    const starts = outer ? startsOf(groups, k, count, follows ? inner.size : 1) : undefined
    return { follows, whole: follows && groups.every(({ moves }) => moves[k]), starts }
  })
  return { count, length: inner.size, operands }
}

/** The k-th tensor's element at each run, of which one is so long in its memory. */
const startsOf = (outer: readonly Group[], k: number, count: number, length: number): Int32Array => {
  const starts = new Int32Array(count)
  let step = length
  let every = 1
  for (const { size, moves } of outer.toReversed()) {
    if (moves[k])
      for (let run = 0; run < count; run++) (starts[run] as number) += (Math.floor(run / every) % size) * step
    if (moves[k]) step *= size
    every *= size
  }
  return starts
}

const grouped = (shapes: readonly (readonly number[])[], whole: readonly number[]): Group[] => {
  const groups: Group[] = []
  for (const [axis, size] of whole.entries()) {
    if (size === 1) continue
    const moves = shapes.map((shape) => (shape[axis - whole.length + shape.length] ?? 1) !== 1)
    const last = groups.at(-1)
    if (last?.moves.every((move, k) => move === moves[k])) groups[groups.length - 1] = { size: last.size * size, moves }
    else groups.push({ size, moves })
  }
  return groups
}
