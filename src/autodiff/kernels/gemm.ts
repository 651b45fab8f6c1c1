import { assemble, type Fn, type Local } from '../../expr/assembler.js'
import { type Code, f32, f32x4, get, seq, set, v128, when } from '../../expr/instruction.js'
import {
  add,
  advance,
  along,
  type BLOCK,
  BYTES,
  type Call,
  type CLEAR,
  clear,
  clearing,
  copy,
  fn,
  inStrides,
  LANES,
  load,
  locals,
  spread,
  store,
  times,
  transpose,
  vectors,
} from './block.js'

/**
 * Products of matrices in memory, C = A·B with m × k by k × n, as WebAssembly. They differ in what stays in registers:
 *
 *     wide, narrow   2 × 16 or 4 × 8 of C, while k passes; B lies in panels of so many columns, one after another
 *     rows           2 × 3 of A, while two rows of C and three of B pass; for a few rows, B as it is
 *     dots           1 × 4 of C, while k passes; for a few rows, B as it is, column by column
 *
 * Eight sums keep the adders busy, and with more V8 runs out of registers (up to Node 22): on a core of 3.2 GHz 2 × 16
 * and 4 × 8 reach 36 Gflop/s, 3 × 12 and 5 × 8 reach 20; 4 × 8 with four k a turn, whose operands V8 loads first, 25.
 */
export interface Gemm {
  readonly wide: Call<typeof TILES>
  readonly narrow: Call<typeof TILES>
  readonly rows: Call<typeof ROWS>
  readonly dots: Call<typeof DOTS>
  readonly clear: Call<typeof CLEAR>
  readonly copy: Call<typeof BLOCK>
  readonly add: Call<typeof BLOCK>
  readonly transpose: Call<typeof BLOCK>
}

/** `bPanel`: from one panel of B to the next. `add`: not 0 for C += A·B. */
const TILES = ['a', 'aRow', 'b', 'bPanel', 'c', 'cRow', 'm', 'panels', 'k', 'add'] as const
const ROWS = ['a', 'aRow', 'aColumn', 'b', 'bRow', 'c', 'cRow', 'm', 'n', 'k', 'add'] as const
const DOTS = ['a', 'aRow', 'b', 'bColumn', 'c', 'cRow', 'm', 'n', 'k'] as const

export const WIDE = 16
export const NARROW = 8

/** sum ← sum + x · y */
const addProduct = (sum: number, x: number, y: Code): Code => set(sum, f32x4.add(get(sum), f32x4.mul(get(x), y)))

/** Strips of A and C, `turn(height)` with the addresses of their first rows. */
const strips = (
  heights: readonly number[],
  { a, aRow, c, cRow, m }: Readonly<Record<'a' | 'aRow' | 'c' | 'cRow' | 'm', number>>,
  local: Local,
  turn: (height: number, a: number, c: number) => Code,
): Code => {
  const [aAt, cAt] = [local('i32'), local('i32')]
  return seq(
    set(aAt, get(a)),
    set(cAt, get(c)),
    inStrides(get(m), heights, local, (height) =>
      seq(turn(height, aAt, cAt), advance(aAt, times(height, aRow)), advance(cAt, times(height, cRow))),
    ),
  )
}

const tiles = (name: string, heights: readonly number[], width: number): Fn =>
  fn(name, TILES, (p, local) => {
    const { aRow, b, bPanel, c, cRow, panels, k, add } = p
    const [bAt, x, ys] = [local('i32'), local('v128'), locals(width / LANES, 'v128', local)]
    const tile = (height: number, aAt: number, cAt: number): Code => {
      const [as, cs] = [locals(height, 'i32', local), locals(height, 'i32', local)]
      const sums = as.map(() => locals(ys.length, 'v128', local))
      const each = (f: (sum: number, c: number, vector: number) => Code): Code =>
        seq(...sums.flatMap((row, i) => row.map((sum, j) => f(sum, cs[i] as number, j))))
      return seq(
        spread(as, aAt, aRow),
        spread(cs, cAt, cRow),
        when(
          get(add),
          each((sum, c, j) => set(sum, load(width, c, j))),
          each((sum) => set(sum, v128.zero)),
        ),
        set(bAt, get(b)),
        inStrides(get(k), [1], local, () =>
          seq(
            ...ys.map((y, j) => set(y, load(width, bAt, j))),
            advance(bAt, width * BYTES),
            ...sums.map((row, i) =>
              seq(
                set(x, v128.load32Splat(get(as[i] as number))),
                advance(as[i] as number, BYTES),
                ...row.map((sum, j) => addProduct(sum, x, get(ys[j] as number))),
              ),
            ),
          ),
        ),
        each((sum, c, j) => store(width, c, get(sum), j)),
      )
    }
    return inStrides(get(panels), [1], local, () =>
      seq(strips(heights, p, local, tile), advance(b, get(bPanel)), advance(c, width * BYTES)),
    )
  })

const rows = fn('rows', ROWS, (p, local) => {
  const { a, aRow, aColumn, b, bRow, c, cRow, m, n, k, add } = p
  const update =
    (depth: number) =>
    (height: number, aAt: number, cAt: number): Code => {
      const [as, bs, cs] = [locals(depth, 'i32', local), locals(depth, 'i32', local), locals(height, 'i32', local)]
      const [sums, y] = [locals(height, 'v128', local), local('v128')]
      const xs = cs.map(() => locals(depth, 'v128', local))
      return seq(
        spread(as, aAt, aColumn),
        ...xs.map((row) =>
          seq(
            ...row.map((x, i) =>
              seq(set(x, v128.load32Splat(get(as[i] as number))), advance(as[i] as number, get(aRow))),
            ),
          ),
        ),
        spread(bs, b, bRow),
        spread(cs, cAt, cRow),
        along(n, [...bs, ...cs], local, (width, j) =>
          seq(
            ...sums.map((sum, i) => set(sum, load(width, cs[i] as number, j))),
            ...bs.map((at, d) =>
              seq(set(y, load(width, at, j)), ...sums.map((sum, i) => addProduct(sum, xs[i]?.[d] as number, get(y)))),
            ),
            ...sums.map((sum, i) => store(width, cs[i] as number, get(sum), j)),
          ),
        ),
      )
    }
  return seq(
    when(get(add), [], clearing(c, cRow, m, n, local)),
    inStrides(get(k), [3, 1], local, (depth) =>
      seq(strips([2, 1], p, local, update(depth)), advance(a, times(depth, aColumn)), advance(b, times(depth, bRow))),
    ),
  )
})

const dots = fn('dots', DOTS, (p, local) => {
  const { b, bColumn, n, k } = p
  const [x, aAt, bAt, cAt] = [local('v128'), local('i32'), local('i32'), local('i32')]
  const total = (sum: number): Code =>
    [0, 1, 2, 3].map((lane) => f32x4.extract(lane, get(sum))).reduce((x, y) => f32.add(x, y))
  return strips([1], p, local, (_, aStart, cStart) =>
    seq(
      set(bAt, get(b)),
      set(cAt, get(cStart)),
      inStrides(get(n), [4, 1], local, (columns) => {
        const [bs, sums] = [locals(columns, 'i32', local), locals(columns, 'v128', local)]
        return seq(
          set(aAt, get(aStart)),
          spread(bs, bAt, bColumn),
          ...sums.map((sum) => set(sum, v128.zero)),
          inStrides(get(k), [2 * LANES, LANES, 1], local, (depth) =>
            seq(
              ...vectors(depth).map((i) =>
                seq(
                  set(x, load(depth, aAt, i)),
                  ...sums.map((sum, j) => addProduct(sum, x, load(depth, bs[j] as number, i))),
                ),
              ),
              ...[aAt, ...bs].map((at) => advance(at, depth * BYTES)),
            ),
          ),
          ...sums.map((sum, j) => f32.store(get(cAt), total(sum), j * BYTES)),
          advance(bAt, times(columns, bColumn)),
          advance(cAt, columns * BYTES),
        )
      }),
    ),
  )
})

export const gemm = (shared: boolean): Uint8Array<ArrayBuffer> =>
  assemble({
    memory: { shared },
    functions: [
      tiles('wide', [2, 1], WIDE),
      tiles('narrow', [4, 2, 1], NARROW),
      rows,
      dots,
      clear,
      copy,
      add,
      transpose,
    ],
  })
