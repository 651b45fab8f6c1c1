import {
  assemble,
  type Code,
  type Fn,
  f32,
  f32x4,
  get,
  i32,
  loopWhile,
  select,
  seq,
  set,
  type ValueType,
  v128,
  when,
} from '../expr/assembler.ts'

/**
 * What a product of matrices is made of, as WebAssembly: two ways to lay a block of a matrix out for reading, and
 * two tiles that multiply. Addresses and distances between rows are in bytes, sizes in elements; nothing outside
 * of the given rows and columns is read or written.
 */
export interface Gemm {
  /** to[i][j] = from[i][j] */
  copy(from: number, fromRow: number, to: number, toRow: number, rows: number, columns: number): void
  /** to[j][i] = from[i][j] */
  transpose(from: number, fromRow: number, to: number, toRow: number, rows: number, columns: number): void
  /** C = A·B, or += if `add`, in tiles of 2 × 16. */
  wide: Multiply
  /** The same in tiles of 4 × 8. */
  narrow: Multiply
  thin(
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
}

/** B is read in panels, each as wide as a tile: row after row `bRow` apart, panel after panel `bPanel` apart. */
type Multiply = (
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

export const WIDE = 16
export const NARROW = 8
export const BYTES = 4
const LANES = 4

const range = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i)
const plus = (x: number, y: number): Code => i32.add(get(x), get(y))
const advance = (x: number, by: number): Code => set(x, i32.add(get(x), i32.const(by)))

/** A function of integers, by name. */
const fn = <P extends string>(
  name: keyof Gemm,
  params: readonly P[],
  body: (p: Readonly<Record<P, number>>, local: (type: ValueType) => number) => Code,
): Fn => ({
  name,
  params: params.map(() => 'i32'),
  results: [],
  body: (indices, local) => body(Object.fromEntries(params.map((p, i) => [p, indices[i]])) as Record<P, number>, local),
})

/** `turn(width)` until `rest` is used up, as often as the widest fits, then the next. */
const inStrides = (rest: number, widths: readonly number[], turn: (width: number) => Code): Code =>
  seq(...widths.map((w) => loopWhile(i32.geU(get(rest), i32.const(w)), seq(turn(w), advance(rest, -w)))))

const BLOCK = ['from', 'fromRow', 'to', 'toRow', 'rows', 'columns'] as const

const copy = fn('copy', BLOCK, ({ from, fromRow, to, toRow, rows, columns }, local) => {
  const [p, q, rest] = [local('i32'), local('i32'), local('i32')]
  const move = (width: number): Code =>
    width < LANES
      ? f32.store(get(q), f32.load(get(p)))
      : seq(...range(width / LANES).map((i) => v128.store(get(q), v128.load(get(p), 16 * i), 16 * i)))
  return inStrides(rows, [1], () =>
    seq(
      set(p, get(from)),
      set(q, get(to)),
      set(rest, get(columns)),
      inStrides(rest, [WIDE, LANES, 1], (w) => seq(move(w), advance(p, w * BYTES), advance(q, w * BYTES))),
      set(from, plus(from, fromRow)),
      set(to, plus(to, toRow)),
    ),
  )
})

const lanes = (...xs: readonly number[]): readonly number[] => xs.flatMap((x) => range(BYTES).map((i) => x * BYTES + i))
const [zipLow, zipHigh] = [lanes(0, 4, 1, 5), lanes(2, 6, 3, 7)]
const [lowHalves, highHalves] = [lanes(0, 1, 4, 5), lanes(2, 3, 6, 7)]

const transpose = fn('transpose', BLOCK, ({ from, fromRow, to, toRow, rows, columns }, local) => {
  const [p, q, rest] = [local('i32'), local('i32'), local('i32')]
  const [x, y] = [range(LANES).map(() => local('v128')), range(LANES).map(() => local('v128'))]
  const square = (): Code => {
    const [x0 = 0, x1 = 0, x2 = 0, x3 = 0] = x
    const [y0 = 0, y1 = 0, y2 = 0, y3 = 0] = y
    const column = (shuffle: readonly number[], a: number, b: number): Code =>
      seq(v128.store(get(q), v128.shuffle(shuffle, get(a), get(b))), set(q, plus(q, toRow)))
    return seq(
      ...x.map((v, i) => seq(set(v, v128.load(get(p))), i < 3 ? set(p, plus(p, fromRow)) : [])),
      set(y0, v128.shuffle(zipLow, get(x0), get(x1))),
      set(y1, v128.shuffle(zipLow, get(x2), get(x3))),
      set(y2, v128.shuffle(zipHigh, get(x0), get(x1))),
      set(y3, v128.shuffle(zipHigh, get(x2), get(x3))),
      column(lowHalves, y0, y1),
      column(highHalves, y0, y1),
      column(lowHalves, y2, y3),
      column(highHalves, y2, y3),
    )
  }
  const column = (height: number): Code =>
    seq(
      ...range(height).map((i) =>
        seq(f32.store(get(q), f32.load(get(p)), BYTES * i), i < height - 1 ? set(p, plus(p, fromRow)) : []),
      ),
      set(q, plus(q, toRow)),
    )
  const back = local('i32')
  return inStrides(rows, [LANES, 1], (h) =>
    seq(
      set(p, get(from)),
      set(q, get(to)),
      set(rest, get(columns)),
      set(back, i32.mul(get(fromRow), i32.const(h - 1))),
      inStrides(rest, h === LANES ? [LANES, 1] : [1], (w) =>
        seq(w === LANES ? square() : column(h), set(p, i32.add(i32.sub(get(p), get(back)), i32.const(w * BYTES)))),
      ),
      set(from, i32.add(plus(from, back), get(fromRow))),
      advance(to, h * BYTES),
    ),
  )
})

const tile = (name: 'wide' | 'narrow', rows: number, vectors: number): Fn =>
  fn(
    name,
    ['a', 'aRow', 'b', 'bPanel', 'c', 'cRow', 'm', 'panels', 'k', 'add'],
    ({ a, aRow, b, bPanel, c, cRow, m, panels, k, add }, local) => {
      const locals = (type: ValueType, n: number) => range(n).map(() => local(type))
      const [as, cs] = [locals('i32', rows), locals('i32', rows)]
      const [nextA, nextC, bAt, rest, left] = [local('i32'), local('i32'), local('i32'), local('i32'), local('i32')]
      const sums = as.map(() => locals('v128', vectors))
      const [x, ys] = [local('v128'), locals('v128', vectors)]

      const below = (pointers: readonly number[], next: number, row: number): Code =>
        seq(
          ...pointers.map((p, i) =>
            seq(
              i === 0
                ? set(p, get(next))
                : set(
                    p,
                    select(
                      plus(pointers[i - 1] as number, row),
                      get(pointers[i - 1] as number),
                      i32.gtU(get(rest), i32.const(i)),
                    ),
                  ),
            ),
          ),
          set(next, plus(pointers[rows - 1] as number, row)),
        )
      const each = (f: (sum: number, c: number, offset: number) => Code): Code =>
        seq(...sums.flatMap((row, i) => row.map((s, j) => f(s, cs[i] as number, 16 * j))))
      const step = seq(
        ...ys.map((y, j) => set(y, v128.load(get(bAt), 16 * j))),
        advance(bAt, vectors * LANES * BYTES),
        ...as.map((p, i) =>
          seq(
            set(x, v128.load32Splat(get(p))),
            advance(p, BYTES),
            ...(sums[i] as number[]).map((s, j) => set(s, f32x4.add(get(s), f32x4.mul(get(x), get(ys[j] as number))))),
          ),
        ),
        advance(left, -1),
      )
      const strip = seq(
        below(as, nextA, aRow),
        below(cs, nextC, cRow),
        when(
          get(add),
          each((s, at, offset) => set(s, v128.load(get(at), offset))),
          each((s) => set(s, v128.zero)),
        ),
        set(bAt, get(b)),
        set(left, get(k)),
        loopWhile(get(left), step),
        each((s, at, offset) => v128.store(get(at), get(s), offset)),
        set(rest, select(i32.sub(get(rest), i32.const(rows)), i32.const(0), i32.gtU(get(rest), i32.const(rows)))),
      )
      return loopWhile(
        get(panels),
        seq(
          set(nextA, get(a)),
          set(nextC, get(c)),
          set(rest, get(m)),
          loopWhile(get(rest), strip),
          set(b, plus(b, bPanel)),
          advance(c, vectors * LANES * BYTES),
          advance(panels, -1),
        ),
      )
    },
  )

const THIN = ['a', 'aRow', 'aColumn', 'b', 'bRow', 'c', 'cRow', 'm', 'n', 'k'] as const

const thin = (TU: number, TW: number) =>
  fn('thin', THIN, ({ a, aRow, aColumn, b, bRow, c, cRow, m, n, k }, local) => {
    const [aAt, cAt, row, at, rest] = [local('i32'), local('i32'), local('i32'), local('i32'), local('i32')]
    const [ps, xs, sum] = [range(TU).map(() => local('i32')), range(TU).map(() => local('v128')), local('v128')]
    const some = local('f32')
    const eachRow = (body: Code): Code =>
      seq(
        set(aAt, get(a)),
        set(cAt, get(c)),
        set(row, get(m)),
        inStrides(row, [1], () => seq(body, set(aAt, plus(aAt, aRow)), set(cAt, plus(cAt, cRow)))),
      )
    const along = (body: (width: number) => Code): Code =>
      seq(
        set(at, get(cAt)),
        set(rest, get(n)),
        inStrides(rest, [TW, LANES, 1], (w) => seq(body(w), advance(at, BYTES * w))),
      )
    const clear = along((w) =>
      w === 1
        ? f32.store(get(at), f32.const(0))
        : seq(...range(w / LANES).map((j) => v128.store(get(at), v128.zero, 16 * j))),
    )
    const update = (u: number): Code =>
      seq(
        ...range(u).map((i) =>
          seq(
            set(ps[i] as number, i === 0 ? get(aAt) : plus(ps[i - 1] as number, aColumn)),
            set(xs[i] as number, v128.load32Splat(get(ps[i] as number))),
          ),
        ),
        ...range(u).map((i) => set(ps[i] as number, i === 0 ? get(b) : plus(ps[i - 1] as number, bRow))),
        along((w) =>
          seq(
            ...(w === 1
              ? [
                  set(some, f32.load(get(at))),
                  ...range(u).map((i) =>
                    set(
                      some,
                      f32.add(
                        get(some),
                        f32.mul(f32x4.extract(0, get(xs[i] as number)), f32.load(get(ps[i] as number))),
                      ),
                    ),
                  ),
                  f32.store(get(at), get(some)),
                ]
              : range(w / LANES).map((j) =>
                  seq(
                    set(sum, v128.load(get(at), 16 * j)),
                    ...range(u).map((i) =>
                      set(
                        sum,
                        f32x4.add(get(sum), f32x4.mul(get(xs[i] as number), v128.load(get(ps[i] as number), 16 * j))),
                      ),
                    ),
                    v128.store(get(at), get(sum), 16 * j),
                  ),
                )),
            ...range(u).map((i) => advance(ps[i] as number, BYTES * w)),
          ),
        ),
      )
    return seq(
      eachRow(clear),
      inStrides(k, [TU, 1], (u) =>
        seq(eachRow(update(u)), ...range(u).map(() => seq(set(a, plus(a, aColumn)), set(b, plus(b, bRow))))),
      ),
    )
  })

export const gemm = (shared: boolean): Uint8Array<ArrayBuffer> =>
  assemble({
    memory: { shared },
    functions: [
      copy,
      transpose,
      tile('wide', 2, 4),
      tile('narrow', 4, 2),
      thin(Number(process.env.TU ?? 4), Number(process.env.TW ?? 16)),
    ],
  })
