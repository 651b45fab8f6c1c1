import type { Fn, Local } from '../../expr/assembler.js'
import { type Code, f32, f32x4, get, i32, loopWhile, seq, set, v128 } from '../../expr/instruction.js'
import { advance, BYTES, type Call, fn, inStrides, LANES, load, locals, store, vectors } from './block.js'
import { moduleOf } from './module.js'

/**
 * Sums, and largest and smallest, along one axis in WebAssembly's memory:
 *
 *     down      out[j] = x[0][j] ∘ x[1][j] ∘ …          rows of neighbours, one below the other
 *     across    out[i] = x[i][0] ∘ x[i][1] ∘ …          of each of some rows
 *
 * A sum in float32 is off by up to half a unit in the last place for each number that was added: 64 turns at a time are added on their
 * own, so that what many numbers come to is off by √n units and not by n.
 */
export interface Reduce {
  readonly down: Call<typeof LINES>
  readonly across: Call<typeof LINES>
}

const LINES = ['x', 'xRow', 'out', 'rows', 'columns'] as const

type Join = (a: Code, b: Code) => Code

/** Turns that are added on their own, and so many vectors side by side in each: additions take four cycles. */
export const TURNS = 64
const VECTORS = 4
const WIDE = VECTORS * LANES

interface Sums {
  /** Of what `turn` loads into them, TURNS at a time and one by one; and of all. */
  along(count: number, strides: readonly number[], turn: (width: number, into: readonly number[]) => Code): Code
  readonly totals: readonly number[]
}

/** So many sums of vectors, by way of as many of TURNS turns each. */
const sumsOf = (n: number, join: Join, unit: Code, local: Local): Sums => {
  const [totals, some, left] = [locals(n, 'v128', local), locals(n, 'v128', local), local('i32')]
  const clear = (sums: readonly number[]): Code => seq(...sums.map((sum) => set(sum, unit)))
  return {
    totals,
    along: (count, [widest = 1, ...others], turn) =>
      seq(
        clear(totals),
        inStrides(get(count), [TURNS * widest, widest, ...others], local, (width) =>
          width <= widest
            ? turn(width, totals)
            : seq(
                clear(some),
                set(left, i32.const(TURNS)),
                loopWhile(get(left), seq(turn(widest, some), advance(left, -1))),
                ...totals.map((total, i) => set(total, join(get(total), get(some[i] as number)))),
              ),
        ),
      ),
  }
}

const down = (join: Join, unit: Code): Fn =>
  fn('down', LINES, ({ x, xRow, out, rows, columns }, local) => {
    const at = local('i32')
    const strip = (width: number): Code => {
      const { totals, along } = sumsOf(vectors(width).length, join, unit, local)
      const row = (_: number, into: readonly number[]): Code =>
        seq(...into.map((sum, i) => set(sum, join(get(sum), load(width, at, i)))), advance(at, get(xRow)))
      return seq(
        set(at, get(x)),
        along(rows, [1], row),
        ...totals.map((total, i) => store(width, out, get(total), i)),
        advance(x, width * BYTES),
        advance(out, width * BYTES),
      )
    }
    return inStrides(get(columns), [WIDE, LANES, 1], local, strip)
  })

const across = (join: Join, unit: Code): Fn =>
  fn('across', LINES, ({ x, xRow, out, rows, columns }, local) => {
    const at = local('i32')
    const { totals, along } = sumsOf(VECTORS, join, unit, local)
    const [first] = totals as [number]
    const turn = (width: number, into: readonly number[]): Code =>
      seq(
        ...vectors(width).map((i) => {
          const sum = into[i] as number
          return set(sum, join(get(sum), width === 1 ? single(at, unit) : load(width, at, i)))
        }),
        advance(at, width * BYTES),
      )
    return inStrides(get(rows), [1], local, () =>
      seq(
        set(at, get(x)),
        along(columns, [WIDE, LANES, 1], turn),
        set(
          first,
          totals.slice(1).reduce<Code>((a, b) => join(a, get(b)), get(first)),
        ),
        set(first, join(get(first), turned(first, 2))),
        set(first, join(get(first), turned(first, 1))),
        store(1, out, get(first)),
        advance(x, get(xRow)),
        advance(out, BYTES),
      ),
    )
  })

/** One number in the first lane, the others as if there were none. */
const single = (at: number, unit: Code): Code => f32x4.replace(0, unit, f32x4.extract(0, v128.load32Zero(get(at))))

/** The lanes, by so many places. */
const turned = (x: number, by: number): Code =>
  v128.shuffle(
    Array.from({ length: 4 * LANES }, (_, i) => (i + by * BYTES) % (4 * LANES)),
    get(x),
    get(x),
  )

const splat = (x: number): Code => f32x4.splat(f32.const(x))

const ofEach = (join: Join, unit: number) => moduleOf<Reduce>([down(join, splat(unit)), across(join, splat(unit))])

export const sums = ofEach(f32x4.add, 0)
/** NaN where there is one. */
export const largest = ofEach(f32x4.max, Number.NEGATIVE_INFINITY)
export const smallest = ofEach(f32x4.min, Number.POSITIVE_INFINITY)
