import { type Code, f32x4, get, seq, set, v128, when } from '../../expr/instruction.js'
import {
  add,
  advance,
  type BLOCK,
  BYTES,
  type Call,
  type CLEAR,
  clear,
  copy,
  fn,
  inStrides,
  LANES,
  load,
  locals,
  store,
  vectors,
} from './block.js'
import { moduleOf } from './module.js'

/**
 * Sums over the taps of a filter that treats each channel by itself, as WebAssembly: channels lie side by side,
 *
 *     to[l][i][c] (+)= Σ a[l·aLine + i·aRow + p·aDown + q·aRight][c] · b[p·bDown + q·bRight][c]     over p < down, q < right
 *
 * Sixteen channels of a sum stay in registers while all taps pass. Distances are in bytes and may be 0 or negative.
 */
export interface Taps {
  readonly taps: Call<typeof TAPS>
  readonly clear: Call<typeof CLEAR>
  readonly copy: Call<typeof BLOCK>
  readonly add: Call<typeof BLOCK>
}

/** `onTop`: not 0 for `+=`. */
// biome-ignore format: one line for each part
const TAPS = [
  'to', 'toLine', 'toRow',
  'a', 'aLine', 'aRow', 'aDown', 'aRight',
  'b', 'bDown', 'bRight',
  'lines', 'rows', 'columns', 'down', 'right', 'onTop',
] as const

const taps = fn('taps', TAPS, (p, local) => {
  const { to, toLine, toRow, a, aLine, aRow, aDown, aRight, b, bDown, bRight } = p
  const { lines, rows, columns, down, right, onTop } = p
  const [at, aColumn, bColumn, aTap, bTap, aAt, bAt, toAt, aStart] = locals(9, 'i32', local) as Nine
  const sums = (width: number): Code => {
    const all = locals(vectors(width).length, 'v128', local)
    const each = (value: (sum: number, i: number) => Code): Code => seq(...all.map((sum, i) => set(sum, value(sum, i))))
    return seq(
      when(
        get(onTop),
        each((_, i) => load(width, at, i)),
        each(() => v128.zero),
      ),
      set(aTap, get(aColumn)),
      set(bTap, get(bColumn)),
      inStrides(get(down), [1], local, () =>
        seq(
          set(aAt, get(aTap)),
          set(bAt, get(bTap)),
          inStrides(get(right), [1], local, () =>
            seq(
              each((sum, i) => f32x4.add(get(sum), f32x4.mul(load(width, aAt, i), load(width, bAt, i)))),
              advance(aAt, get(aRight)),
              advance(bAt, get(bRight)),
            ),
          ),
          advance(aTap, get(aDown)),
          advance(bTap, get(bDown)),
        ),
      ),
      ...all.map((sum, i) => store(width, at, get(sum), i)),
      ...[at, aColumn, bColumn].map((pointer) => advance(pointer, width * BYTES)),
    )
  }
  const line = inStrides(get(rows), [1], local, () =>
    seq(
      set(at, get(toAt)),
      set(aColumn, get(aStart)),
      set(bColumn, get(b)),
      inStrides(get(columns), [4 * LANES, LANES, 1], local, sums),
      advance(toAt, get(toRow)),
      advance(aStart, get(aRow)),
    ),
  )
  return inStrides(get(lines), [1], local, () =>
    seq(set(toAt, get(to)), set(aStart, get(a)), line, advance(to, get(toLine)), advance(a, get(aLine))),
  )
})

type Nine = [number, number, number, number, number, number, number, number, number]

export const tapsOf = moduleOf<Taps>([taps, clear, copy, add])
