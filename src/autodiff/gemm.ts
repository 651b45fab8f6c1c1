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
  /** C = A·B, or C += A·B, for 16 columns a panel. */
  tiles(
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
  ): void
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
    add: boolean,
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
type Lay = (from: number, fromRow: number, to: number, toRow: number, rows: number, columns: number) => void

export const PANEL = 4 * LANES

type Local = (type: ValueType) => number
const some = (n: number, type: ValueType, local: Local): readonly number[] =>
  Array.from({ length: n }, () => local(type))

/** sum ← sum + x · y */
const addProduct = (sum: number, x: number, y: Code): Code => set(sum, f32x4.add(get(sum), f32x4.mul(get(x), y)))

/** Pairs of rows of A and C, then a last one: `turn(height)` with the addresses of its first row. */
const pairs = (
  { a, aRow, c, cRow, m }: Readonly<Record<'a' | 'aRow' | 'c' | 'cRow' | 'm', number>>,
  local: Local,
  turn: (height: number, a: number, c: number) => Code,
): Code => {
  const [aAt, cAt, rest] = [local('i32'), local('i32'), local('i32')]
  return seq(
    set(aAt, get(a)),
    set(cAt, get(c)),
    set(rest, get(m)),
    inStrides(rest, [2, 1], (height) =>
      seq(
        turn(height, aAt, cAt),
        advance(aAt, i32.mul(get(aRow), i32.const(height))),
        advance(cAt, i32.mul(get(cRow), i32.const(height))),
      ),
    ),
  )
}

const tiles = fn(
  'tiles',
  ['a', 'aRow', 'b', 'bPanel', 'c', 'cRow', 'm', 'panels', 'k', 'add'],
  ({ a, aRow, b, bPanel, c, cRow, m, panels, k, add }, local) => {
    const [bAt, rest, x] = [local('i32'), local('i32'), local('v128')]
    const [as, cs] = [some(2, 'i32', local), some(2, 'i32', local)]
    const ys = some(PANEL / LANES, 'v128', local)
    const sums = cs.map(() => some(ys.length, 'v128', local))
    const tile = (height: number, aAt: number, cAt: number): Code => {
      const [a, c] = [as.slice(0, height), cs.slice(0, height)]
      const each = (f: (sum: number, c: number, i: number) => Code): Code =>
        seq(...c.flatMap((at, row) => (sums[row] ?? []).map((sum, i) => f(sum, at, i))))
      return seq(
        spread(a, aAt, aRow),
        spread(c, cAt, cRow),
        when(
          get(add),
          each((sum, at, i) => set(sum, load(PANEL, at, i))),
          each((sum) => set(sum, v128.zero)),
        ),
        set(bAt, get(b)),
        set(rest, get(k)),
        inStrides(rest, [1], () =>
          seq(
            ...ys.map((y, i) => set(y, load(PANEL, bAt, i))),
            advance(bAt, PANEL * BYTES),
            ...a.map((at, row) =>
              seq(
                set(x, v128.load32Splat(get(at))),
                advance(at, BYTES),
                ...ys.map((y, i) => addProduct(sums[row]?.[i] as number, x, get(y))),
              ),
            ),
          ),
        ),
        each((sum, at, i) => store(PANEL, at, get(sum), i)),
      )
    }
    return inStrides(panels, [1], () =>
      seq(pairs({ a, aRow, c, cRow, m }, local, tile), advance(b, get(bPanel)), advance(c, PANEL * BYTES)),
    )
  },
)

const rows = fn(
  'rows',
  ['a', 'aRow', 'aColumn', 'b', 'bRow', 'c', 'cRow', 'm', 'n', 'k', 'add'],
  ({ a, aRow, aColumn, b, bRow, c, cRow, m, n, k, add }, local) => {
    const [rest, y] = [local('i32'), local('v128')]
    const [as, bs, cs] = [some(3, 'i32', local), some(3, 'i32', local), some(2, 'i32', local)]
    const [xs, sums] = [cs.map(() => some(3, 'v128', local)), some(2, 'v128', local)]
    const along = (c: readonly number[], turn: (width: number, i: number) => Code, b: readonly number[]): Code =>
      seq(
        set(rest, get(n)),
        inStrides(rest, [4 * LANES, LANES, 1], (width) =>
          seq(...vectors(width).map((i) => turn(width, i)), ...[...b, ...c].map((at) => advance(at, width * BYTES))),
        ),
      )
    const clear = (height: number, _: number, cAt: number): Code => {
      const c = cs.slice(0, height)
      return seq(
        spread(c, cAt, cRow),
        along(c, (width, i) => seq(...c.map((at) => store(width, at, v128.zero, i))), []),
      )
    }
    const update =
      (depth: number) =>
      (height: number, aAt: number, cAt: number): Code => {
        const [aHere, bHere, cHere, sum] = [
          as.slice(0, depth),
          bs.slice(0, depth),
          cs.slice(0, height),
          sums.slice(0, height),
        ]
        return seq(
          spread(aHere, aAt, aColumn),
          ...cHere.map((_, row) =>
            seq(
              ...aHere.map((at, p) =>
                seq(set(xs[row]?.[p] as number, v128.load32Splat(get(at))), advance(at, get(aRow))),
              ),
            ),
          ),
          spread(bHere, b, bRow),
          spread(cHere, cAt, cRow),
          along(
            cHere,
            (width, i) =>
              seq(
                ...cHere.map((at, row) => set(sum[row] as number, load(width, at, i))),
                ...bHere.map((at, p) =>
                  seq(
                    set(y, load(width, at, i)),
                    ...sum.map((s, row) => addProduct(s, xs[row]?.[p] as number, get(y))),
                  ),
                ),
                ...cHere.map((at, row) => store(width, at, get(sum[row] as number), i)),
              ),
            bHere,
          ),
        )
      }
    return seq(
      when(i32.eqz(get(add)), pairs({ a, aRow, c, cRow, m }, local, clear)),
      inStrides(k, [3, 1], (depth) =>
        seq(
          pairs({ a, aRow, c, cRow, m }, local, update(depth)),
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
  assemble({ memory: { shared }, functions: [tiles, rows, dots, copy, transpose] })
