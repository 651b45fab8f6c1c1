import type { Fn, Local } from '../../expr/assembler.js'
import { type Code, f32, f32x4, get, i32, loopWhile, seq, set, type ValueType, v128 } from '../../expr/instruction.js'

/**
 * Blocks of matrices in WebAssembly's memory: words to go through them, and the two ways to lay one out anew.
 * Addresses and distances are in bytes, sizes in elements. Only the rows and columns that are named are read or written.
 */
export const BYTES = 4
export const LANES = 4
const VECTOR = BYTES * LANES

/** What JavaScript calls: as many integers as there are names. */
export type Call<P extends readonly string[]> = (...args: { readonly [I in keyof P]: number }) => void

/** A function of integers, by name. */
export const fn = <P extends string>(
  name: string,
  params: readonly P[],
  body: (p: Readonly<Record<P, number>>, local: Local) => Code,
): Fn => ({
  name,
  params: params.map(() => 'i32'),
  results: [],
  body: (indices, local) => body(Object.fromEntries(params.map((p, i) => [p, indices[i]])) as Record<P, number>, local),
})

/** `n` locals of a type. */
export const locals = (n: number, type: ValueType, local: Local): readonly number[] =>
  Array.from({ length: n }, () => local(type))

/** at ← at + bytes */
export const advance = (at: number, bytes: number | Code): Code =>
  set(at, i32.add(get(at), typeof bytes === 'number' ? i32.const(bytes) : bytes))

/** n · distance */
export const times = (n: number, distance: number): Code => i32.mul(get(distance), i32.const(n))

/** pointers[i] ← start + i · distance */
export const spread = (pointers: readonly number[], start: number, distance: number): Code =>
  seq(...pointers.map((p, i) => set(p, i32.add(get(start), times(i, distance)))))

/** `turn(n)` for as many n as `count` has room for, first the most at a time, then what is left. */
export const inStrides = (count: Code, strides: readonly number[], local: Local, turn: (n: number) => Code): Code => {
  const left = local('i32')
  return seq(
    set(left, count),
    ...strides.map((n) => loopWhile(i32.geU(get(left), i32.const(n)), seq(turn(n), advance(left, -n)))),
  )
}

/** `width` columns as vectors; one column is a vector of which only the first lane is in memory, the others are zero. */
export const vectors = (width: number): readonly number[] =>
  Array.from({ length: Math.ceil(width / LANES) }, (_, i) => i)
export const load = (width: number, at: number, vector = 0): Code =>
  width === 1 ? v128.load32Zero(get(at)) : v128.load(get(at), vector * VECTOR)
export const store = (width: number, at: number, x: Code, vector = 0): Code =>
  width === 1 ? f32.store(get(at), f32x4.extract(0, x)) : v128.store(get(at), x, vector * VECTOR)

export const BLOCK = ['from', 'fromRow', 'to', 'toRow', 'rows', 'columns'] as const

/** `turn(width, vector)` along a row, and the pointers moved on. */
export const along = (
  columns: number,
  pointers: readonly number[],
  local: Local,
  turn: (width: number, vector: number) => Code,
): Code =>
  inStrides(get(columns), [4 * LANES, LANES, 1], local, (width) =>
    seq(...vectors(width).map((i) => turn(width, i)), ...pointers.map((at) => advance(at, width * BYTES))),
  )

export const CLEAR = ['to', 'toRow', 'rows', 'columns'] as const

/** to[i][j] = 0 */
export const clearing = (to: number, toRow: number, rows: number, columns: number, local: Local): Code => {
  const [at, start] = [local('i32'), local('i32')]
  return seq(
    set(start, get(to)),
    inStrides(get(rows), [1], local, () =>
      seq(
        set(at, get(start)),
        along(columns, [at], local, (width, i) => store(width, at, v128.zero, i)),
        advance(start, get(toRow)),
      ),
    ),
  )
}

export const clear = fn('clear', CLEAR, ({ to, toRow, rows, columns }, local) =>
  clearing(to, toRow, rows, columns, local),
)

/** Row by row: what `element` makes of both. */
const each = (name: string, element: (from: Code, to: () => Code) => Code): Fn =>
  fn(name, BLOCK, ({ from, fromRow, to, toRow, rows, columns }, local) => {
    const [p, q] = [local('i32'), local('i32')]
    return inStrides(get(rows), [1], local, () =>
      seq(
        set(p, get(from)),
        set(q, get(to)),
        along(columns, [p, q], local, (width, i) =>
          store(
            width,
            q,
            element(load(width, p, i), () => load(width, q, i)),
            i,
          ),
        ),
        advance(from, get(fromRow)),
        advance(to, get(toRow)),
      ),
    )
  })

/** to[i][j] = from[i][j] */
export const copy = each('copy', (from) => from)

/** to[i][j] += from[i][j] */
export const add = each('add', (from, to) => f32x4.add(to(), from))

const lanes = (...xs: readonly number[]): readonly number[] =>
  xs.flatMap((x) => [0, 1, 2, 3].map((byte) => x * BYTES + byte))
const [ZIP_LOW, ZIP_HIGH] = [lanes(0, 4, 1, 5), lanes(2, 6, 3, 7)]
const [LOW_HALVES, HIGH_HALVES] = [lanes(0, 1, 4, 5), lanes(2, 3, 6, 7)]

/** to[j][i] = from[i][j]: squares of 4 × 4, and element by element what they leave. */
export const transpose = fn('transpose', BLOCK, ({ from, fromRow, to, toRow, rows, columns }, local) => {
  const four = (type: ValueType) => [local(type), local(type), local(type), local(type)] as const
  const [ps, qs, x, y] = [four('i32'), four('i32'), four('v128'), four('v128')]
  const at = local('i32')
  const shuffle = (order: readonly number[], a: number, b: number): Code => v128.shuffle(order, get(a), get(b))
  const square = seq(
    spread(qs, at, toRow),
    ...x.map((row, i) => set(row, load(LANES, ps[i] as number))),
    set(y[0], shuffle(ZIP_LOW, x[0], x[1])),
    set(y[1], shuffle(ZIP_LOW, x[2], x[3])),
    set(y[2], shuffle(ZIP_HIGH, x[0], x[1])),
    set(y[3], shuffle(ZIP_HIGH, x[2], x[3])),
    store(LANES, qs[0], shuffle(LOW_HALVES, y[0], y[1])),
    store(LANES, qs[1], shuffle(HIGH_HALVES, y[0], y[1])),
    store(LANES, qs[2], shuffle(LOW_HALVES, y[2], y[3])),
    store(LANES, qs[3], shuffle(HIGH_HALVES, y[2], y[3])),
  )
  const column = (height: number): Code =>
    seq(...ps.slice(0, height).map((p, i) => f32.store(get(at), f32.load(get(p)), i * BYTES)))
  return inStrides(get(rows), [LANES, 1], local, (height) =>
    seq(
      spread(ps, from, fromRow),
      set(at, get(to)),
      inStrides(get(columns), height === LANES ? [LANES, 1] : [1], local, (width) =>
        seq(
          width === LANES ? square : column(height),
          ...ps.map((p) => advance(p, width * BYTES)),
          advance(at, times(width, toRow)),
        ),
      ),
      advance(from, times(height, fromRow)),
      advance(to, height * BYTES),
    ),
  )
})
