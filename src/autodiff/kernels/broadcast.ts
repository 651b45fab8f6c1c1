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
  readonly operands: readonly {
    /** Whether it follows along a run. */
    readonly follows: boolean
    /** Whether it has as many elements as the whole. */
    readonly whole: boolean
    /** Its element at the start of each run. */
    readonly starts: readonly number[]
  }[]
}

/** Neighbouring dimensions along which each tensor either moves or stays. */
interface Group {
  readonly size: number
  readonly moves: readonly boolean[]
}

export const runs = (shapes: readonly (readonly number[])[], whole: readonly number[]): Runs => {
  const groups = grouped(shapes, whole)
  const [inner = { size: 1, moves: shapes.map(() => false) }] = groups.slice(-1)
  const outer = groups.slice(0, -1)
  const operands = shapes.map((_, k) => {
    // From the innermost group outwards: how far one step in a group takes this tensor.
    let step = inner.moves[k] ? inner.size : 1
    const steps = outer.toReversed().map(({ size, moves }) => {
      if (!moves[k]) return 0
      const own = step
      step *= size
      return own
    })
    const starts = outer.reduce<readonly number[]>(
      (at, { size }, g) => {
        const by = steps[outer.length - 1 - g] as number
        return at.flatMap((start) => Array.from({ length: size }, (_, j) => start + j * by))
      },
      [0],
    )
    return { follows: inner.moves[k] as boolean, whole: groups.every(({ moves }) => moves[k]), starts }
  })
  return { count: outer.reduce((n, { size }) => n * size, 1), length: inner.size, operands }
}

const grouped = (shapes: readonly (readonly number[])[], whole: readonly number[]): readonly Group[] => {
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
