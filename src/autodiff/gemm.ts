import {
  assemble,
  type Code,
  type Fn,
  f32,
  f32x4,
  get,
  i32,
  seq,
  set,
  type ValueType,
  v128,
  when,
} from '../expr/assembler.ts'
import { advance, BYTES, copy, fn, inStrides, LANES, load, spread, store, transpose, vectors } from './block.ts'

/**
 * Products of matrices that lie ready in memory, as WebAssembly: m × k by k × n, three ways. They differ in what stays in
 * registers while the rest passes:
 *
 *     tiles   2 × 16 of C, while k passes; B lies in panels of 16 columns
 *     rows    2 × 3 of A, while two rows of C and three of B pass; B lies row by row, in place
 *     dots    1 × 4 of C, while k passes; B lies column by column, in place
 */
export interface Gemm {
  wide: Tiles
  narrow: Tiles
  /** C = A·B, or C += A·B. */
  rows(
    a: number,
    aRow: number,
    aColumn: number,
    b: number,
    bRow: number,
    c: number,
    cRow: number,
    m: number,
    n: number,
    k: number,
  ): void
  /** C = A·B. */
  dots(
    a: number,
    aRow: number,
    b: number,
    bColumn: number,
    c: number,
    cRow: number,
    m: number,
    n: number,
    k: number,
  ): void
  copy: Lay
  transpose: Lay
}
type Tiles = (
  a: number,
  aRow: number,
  b: number,
  bPanel: number,
  c: number,
  cRow: number,
  m: number,
  panels: number,
  k: number,
  add: boolean,
) => void
type Lay = (from: number, fromRow: number, to: number, toRow: number, rows: number, columns: number) => void

export const WIDE = 16
export const NARROW = 8

type Local = (type: ValueType) => number
const some = (n: number, type: ValueType, local: Local): readonly number[] =>
  Array.from({ length: n }, () => local(type))

/** sum ← sum + x · y */
const addProduct = (sum: number, x: number, y: Code): Code => set(sum, f32x4.add(get(sum), f32x4.mul(get(x), y)))

/** Rows of A and C, as many at a time as there are heights for: `turn(height)` with the addresses of the first. */
const strips = (
  heights: readonly number[],
  { a, aRow, c, cRow, m }: Readonly<Record<'a' | 'aRow' | 'c' | 'cRow' | 'm', number>>,
  local: Local,
  turn: (height: number, a: number, c: number) => Code,
): Code => {
  const [aAt, cAt, rest] = [local('i32'), local('i32'), local('i32')]
  return seq(
    set(aAt, get(a)),
    set(cAt, get(c)),
    set(rest, get(m)),
    inStrides(rest, heights, (height) =>
      seq(
        turn(height, aAt, cAt),
        advance(aAt, i32.mul(get(aRow), i32.const(height))),
        advance(cAt, i32.mul(get(cRow), i32.const(height))),
      ),
    ),
  )
}

const TILES = ['a', 'aRow', 'b', 'bPanel', 'c', 'cRow', 'm', 'panels', 'k', 'add'] as const

const tiles = (name: string, heights: readonly number[], width: number): Fn =>
  fn(name, TILES, ({ a, aRow, b, bPanel, c, cRow, m, panels, k, add }, local) => {
    const [bAt, rest, x] = [local('i32'), local('i32'), local('v128')]
    const tallest = Math.max(...heights)
    const [as, cs] = [some(tallest, 'i32', local), some(tallest, 'i32', local)]
    const ys = some(width / LANES, 'v128', local)
    const sums = cs.map(() => some(ys.length, 'v128', local))
    const tile = (height: number, aAt: number, cAt: number): Code => {
      const [aHere, cHere] = [as.slice(0, height), cs.slice(0, height)]
      const each = (f: (sum: number, c: number, i: number) => Code): Code =>
        seq(...cHere.flatMap((at, row) => (sums[row] ?? []).map((sum, i) => f(sum, at, i))))
      return seq(
        spread(aHere, aAt, aRow),
        spread(cHere, cAt, cRow),
        when(
          get(add),
          each((sum, at, i) => set(sum, load(width, at, i))),
          each((sum) => set(sum, v128.zero)),
        ),
        set(bAt, get(b)),
        set(rest, get(k)),
        inStrides(rest, [1], () =>
          seq(
            ...ys.map((y, i) => set(y, load(width, bAt, i))),
            advance(bAt, width * BYTES),
            ...aHere.map((at, row) =>
              seq(
                set(x, v128.load32Splat(get(at))),
                advance(at, BYTES),
                ...ys.map((y, i) => addProduct(sums[row]?.[i] as number, x, get(y))),
              ),
            ),
          ),
        ),
        each((sum, at, i) => store(width, at, get(sum), i)),
      )
    }
    return inStrides(panels, [1], () =>
      seq(strips(heights, { a, aRow, c, cRow, m }, local, tile), advance(b, get(bPanel)), advance(c, width * BYTES)),
    )
  })

const rows = fn(
  'rows',
  ['a', 'aRow', 'aColumn', 'b', 'bRow', 'c', 'cRow', 'm', 'n', 'k'],
  ({ a, aRow, aColumn, b, bRow, c, cRow, m, n, k }, local) => {
    const [rest, y] = [local('i32'), local('v128')]
    const [as, bs, cs] = [some(3, 'i32', local), some(3, 'i32', local), some(2, 'i32', local)]
    const [xs, sums] = [cs.map(() => some(3, 'v128', local)), some(2, 'v128', local)]
    const along = (pointers: readonly number[], turn: (width: number, i: number) => Code): Code =>
      seq(
        set(rest, get(n)),
        inStrides(rest, [4 * LANES, LANES, 1], (width) =>
          seq(...vectors(width).map((i) => turn(width, i)), ...pointers.map((at) => advance(at, width * BYTES))),
        ),
      )
    const clear = (height: number, _: number, cAt: number): Code => {
      const c = cs.slice(0, height)
      return seq(
        spread(c, cAt, cRow),
        along(c, (width, i) => seq(...c.map((at) => store(width, at, v128.zero, i)))),
      )
    }
    const update =
      (depth: number) =>
      (height: number, aAt: number, cAt: number): Code => {
        const [aHere, bHere, cHere] = [as.slice(0, depth), bs.slice(0, depth), cs.slice(0, height)]
        const sum = sums.slice(0, height)
        const x = (row: number, p: number): number => xs[row]?.[p] as number
        return seq(
          spread(aHere, aAt, aColumn),
          ...sum.map((_, row) =>
            seq(...aHere.map((at, p) => seq(set(x(row, p), v128.load32Splat(get(at))), advance(at, get(aRow))))),
          ),
          spread(bHere, b, bRow),
          spread(cHere, cAt, cRow),
          along([...bHere, ...cHere], (width, i) =>
            seq(
              ...sum.map((s, row) => set(s, load(width, cHere[row] as number, i))),
              ...bHere.map((at, p) =>
                seq(set(y, load(width, at, i)), ...sum.map((s, row) => addProduct(s, x(row, p), get(y)))),
              ),
              ...sum.map((s, row) => store(width, cHere[row] as number, get(s), i)),
            ),
          ),
        )
      }
    const pairs = (turn: (height: number, a: number, c: number) => Code): Code =>
      strips([2, 1], { a, aRow, c, cRow, m }, local, turn)
    return seq(
      pairs(clear),
      inStrides(k, [3, 1], (depth) =>
        seq(
          pairs(update(depth)),
          advance(a, i32.mul(get(aColumn), i32.const(depth))),
          advance(b, i32.mul(get(bRow), i32.const(depth))),
        ),
      ),
    )
  },
)

const dots = fn(
  'dots',
  ['a', 'aRow', 'b', 'bColumn', 'c', 'cRow', 'm', 'n', 'k'],
  ({ a, aRow, b, bColumn, c, cRow, m, n, k }, local) => {
    const [aAt, bAt, cAt, column, rest, x] = [...some(5, 'i32', local), local('v128')] as [
      number,
      number,
      number,
      number,
      number,
      number,
    ]
    const [bs, sums] = [some(4, 'i32', local), some(4, 'v128', local)]
    const total = (sum: number): Code =>
      [0, 1, 2, 3].map((lane) => f32x4.extract(lane, get(sum))).reduce((x, y) => f32.add(x, y))
    const dot = (columns: number): Code => {
      const [b, sum] = [bs.slice(0, columns), sums.slice(0, columns)]
      return seq(
        set(aAt, get(a)),
        spread(b, bAt, bColumn),
        ...sum.map((s) => set(s, v128.zero)),
        set(rest, get(k)),
        inStrides(rest, [2 * LANES, LANES, 1], (width) =>
          seq(
            ...vectors(width).map((i) =>
              seq(set(x, load(width, aAt, i)), ...sum.map((s, j) => addProduct(s, x, load(width, b[j] as number, i)))),
            ),
            ...[aAt, ...b].map((at) => advance(at, width * BYTES)),
          ),
        ),
        ...sum.map((s, j) => f32.store(get(cAt), total(s), j * BYTES)),
        advance(bAt, i32.mul(get(bColumn), i32.const(columns))),
        advance(cAt, columns * BYTES),
      )
    }
    return inStrides(m, [1], () =>
      seq(
        set(bAt, get(b)),
        set(cAt, get(c)),
        set(column, get(n)),
        inStrides(column, [4, 1], dot),
        advance(a, get(aRow)),
        advance(c, get(cRow)),
      ),
    )
  },
)

export const gemm = (shared: boolean): Uint8Array<ArrayBuffer> =>
  assemble({
    memory: { shared },
    functions: [tiles('wide', [2, 1], WIDE), tiles('narrow', [4, 2, 1], NARROW), rows, dots, copy, transpose],
  })
