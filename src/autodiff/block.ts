import {
  type Code,
  type Fn,
  f32,
  f32x4,
  get,
  i32,
  loopWhile,
  seq,
  set,
  type ValueType,
  v128,
} from '../expr/assembler.ts'

/**
 * Blocks of matrices in WebAssembly's memory: the words to go through them, and the two ways to lay one out anew.
 * Addresses and distances between rows are in bytes, sizes in elements. What lies outside of the rows and columns
 * that are named is neither read nor written.
 */
export const BYTES = 4
export const LANES = 4
const VECTOR = BYTES * LANES

/** A function of integers, its parameters by name. */
export const fn = <P extends string>(
  name: string,
  params: readonly P[],
  body: (p: Readonly<Record<P, number>>, local: (type: ValueType) => number) => Code,
): Fn => ({
  name,
  params: params.map(() => 'i32'),
  results: [],
  body: (indices, local) => body(Object.fromEntries(params.map((p, i) => [p, indices[i]])) as Record<P, number>, local),
})

/** x ← x + n */
export const advance = (x: number, n: number | Code): Code =>
  set(x, i32.add(get(x), typeof n === 'number' ? i32.const(n) : n))

/** `turn(w)` as often as `rest` has room for w, from the widest to the narrowest. */
export const inStrides = (rest: number, widths: readonly number[], turn: (w: number) => Code): Code =>
  seq(...widths.map((w) => loopWhile(i32.geU(get(rest), i32.const(w)), seq(turn(w), advance(rest, -w)))))

/** pointers[i] ← start + i · distance */
export const spread = (pointers: readonly number[], start: number, distance: number): Code =>
  seq(...pointers.map((p, i) => set(p, i32.add(get(start), i32.mul(get(distance), i32.const(i))))))

/** `w` columns as vectors; a single column is a vector whose other lanes are zero and are not stored. */
export const vectors = (w: number): readonly number[] => Array.from({ length: Math.ceil(w / LANES) }, (_, i) => i)
export const load = (w: number, at: number, i = 0): Code =>
  w === 1 ? v128.load32Zero(get(at)) : v128.load(get(at), i * VECTOR)
export const store = (w: number, at: number, x: Code, i = 0): Code =>
  w === 1 ? f32.store(get(at), f32x4.extract(0, x)) : v128.store(get(at), x, i * VECTOR)

const BLOCK = ['from', 'fromRow', 'to', 'toRow', 'rows', 'columns'] as const

/** to[i][j] = from[i][j] */
export const copy = fn('copy', BLOCK, ({ from, fromRow, to, toRow, rows, columns }, local) => {
  const [p, q, rest] = [local('i32'), local('i32'), local('i32')]
  return inStrides(rows, [1], () =>
    seq(
      set(p, get(from)),
      set(q, get(to)),
      set(rest, get(columns)),
      inStrides(rest, [4 * LANES, LANES, 1], (w) =>
        seq(...vectors(w).map((i) => store(w, q, load(w, p, i), i)), advance(p, w * BYTES), advance(q, w * BYTES)),
      ),
      advance(from, get(fromRow)),
      advance(to, get(toRow)),
    ),
  )
})

const lanes = (...xs: readonly number[]): readonly number[] =>
  xs.flatMap((x) => [0, 1, 2, 3].map((byte) => x * BYTES + byte))
const [ZIP_LOW, ZIP_HIGH] = [lanes(0, 4, 1, 5), lanes(2, 6, 3, 7)]
const [LOW_HALVES, HIGH_HALVES] = [lanes(0, 1, 4, 5), lanes(2, 3, 6, 7)]

/** to[j][i] = from[i][j], in squares of 4 × 4 and what they leave. */
export const transpose = fn('transpose', BLOCK, ({ from, fromRow, to, toRow, rows, columns }, local) => {
  const four = (type: ValueType) => [local(type), local(type), local(type), local(type)] as const
  const [ps, qs, x, y] = [four('i32'), four('i32'), four('v128'), four('v128')]
  const [at, rest] = [local('i32'), local('i32')]
  const shuffled = (lanes: readonly number[], a: number, b: number): Code => v128.shuffle(lanes, get(a), get(b))
  const square = seq(
    ...x.map((v, i) => set(v, load(LANES, ps[i] as number))),
    set(y[0], shuffled(ZIP_LOW, x[0], x[1])),
    set(y[1], shuffled(ZIP_LOW, x[2], x[3])),
    set(y[2], shuffled(ZIP_HIGH, x[0], x[1])),
    set(y[3], shuffled(ZIP_HIGH, x[2], x[3])),
    store(LANES, qs[0], shuffled(LOW_HALVES, y[0], y[1])),
    store(LANES, qs[1], shuffled(HIGH_HALVES, y[0], y[1])),
    store(LANES, qs[2], shuffled(LOW_HALVES, y[2], y[3])),
    store(LANES, qs[3], shuffled(HIGH_HALVES, y[2], y[3])),
  )
  const column = (height: number): Code =>
    seq(...ps.slice(0, height).map((p, i) => f32.store(get(at), f32.load(get(p)), i * BYTES)))
  return inStrides(rows, [LANES, 1], (height) =>
    seq(
      spread(ps, from, fromRow),
      set(at, get(to)),
      set(rest, get(columns)),
      inStrides(rest, height === LANES ? [LANES, 1] : [1], (w) =>
        seq(
          w === LANES ? seq(spread(qs, at, toRow), square) : column(height),
          ...ps.map((p) => advance(p, w * BYTES)),
          advance(at, i32.mul(get(toRow), i32.const(w))),
        ),
      ),
      advance(from, i32.mul(get(fromRow), i32.const(height))),
      advance(to, height * BYTES),
    ),
  )
})
