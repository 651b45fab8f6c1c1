import type { Fn, Local } from './assembler.js'
import { type Code, f64, get, i32, loopWhile, seq, set } from './instruction.js'

/**
 * The operands of a WebAssembly call: a table in the same memory with a record for each tensor, and a function that goes
 * through it.
 */

/** A record of the table: n, then the streams' addresses, the scalars as float64, room for results; offsets in bytes. */
export interface Layout {
  readonly streams: number
  readonly scalars: number
  readonly results: number
  readonly bytes: number
}

export const record = (streams: number, scalars: number, results: number): Layout => {
  const words = 1 + streams
  const at = 4 * (words + (words % 2))
  return { streams: 4, scalars: at, results: at + 8 * scalars, bytes: at + 8 * (scalars + results) }
}

/** Of a float32. */
export const BYTES = 4

/** `name(table, tensors)`: `body` for every record of the table. */
export const everyTensor = (
  name: string,
  streams: readonly string[],
  scalars: readonly string[],
  results: number,
  body: (tensor: Tensor, local: Local) => Code,
): Fn => ({
  name,
  params: ['i32', 'i32'],
  results: [],
  body: ([table, tensors], local) => {
    const [at, rest] = [table as number, tensors as number]
    const layout = record(streams.length, scalars.length, results)
    const n = local('i32')
    const done = local('i32')
    const end = local('i32')
    const pointers = streams.map(() => local('i32'))
    const values = scalars.map(() => local('f64'))
    const tensor: Tensor = {
      address: (stream) => i32.add(get(pointers[streams.indexOf(stream)] as number), get(done)),
      scalars: new Map(scalars.map((x, k) => [x, values[k] as number])),
      inSteps: (elements, turn) =>
        seq(
          set(end, i32.shl(i32.and(get(n), i32.const(-elements)), i32.const(2))),
          loopWhile(
            i32.ltU(get(done), get(end)),
            seq(turn, set(done, i32.add(get(done), i32.const(elements * BYTES)))),
          ),
        ),
      result: (k, value) => f64.store(get(at), value, layout.results + 8 * k),
    }
    const open = seq(
      set(n, i32.load(get(at))),
      set(done, i32.const(0)),
      ...pointers.map((pointer, k) => set(pointer, i32.load(get(at), layout.streams + 4 * k))),
      ...values.map((value, k) => set(value, f64.load(get(at), layout.scalars + 8 * k))),
    )
    const next = seq(set(at, i32.add(get(at), i32.const(layout.bytes))), set(rest, i32.sub(get(rest), i32.const(1))))
    return loopWhile(get(rest), seq(open, body(tensor, local), next))
  },
})

/** One tensor's turn: how far its loops have come is shared by all of them. */
export interface Tensor {
  /** Of a stream's current element. */
  address(stream: string): Code
  /** The locals of the scalars. */
  readonly scalars: ReadonlyMap<string, number>
  /** As many turns of so many elements as there are left. */
  inSteps(elements: number, turn: Code): Code
  result(k: number, value: Code): Code
}
