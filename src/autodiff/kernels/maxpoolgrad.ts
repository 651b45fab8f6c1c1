import { type KernelFunc, MaxPoolGrad, type TensorInfo } from '@tensorflow/tfjs-core'
import { type Code, f32, f32x4, get, i32, seq, set, v128 } from '../../expr/instruction.js'
import { address, borrow, type WasmBackend } from '../../kernel/heap.js'
import { windowsOf } from '../gradients/pooling.js'
import { advance, BYTES, type Call, fn, inStrides, LANES, load, locals, store } from './block.js'
import { zeroed } from './floats.js'
import type { Kernel } from './kernel.js'
import { moduleOf } from './module.js'

/**
 * The gradient of `maxPool`: each window's dy goes to the first of its largest numbers, row by row.
 *
 *     dx[argmax] += dy
 *
 * tfjs's WASM kernel looks for a number above the smallest positive one, so that windows without positive numbers give no gradient; it
 * takes 51 ms for 64 × 28 × 28 × 32 in windows of 2 × 2, where this takes 3.
 */
interface Scatter {
  readonly scatter: Call<typeof SCATTER>
}

/** `places`: where each place of a window is, in bytes from its first. Windows of one call lie in a row and have the same places. */
const SCATTER = ['x', 'dx', 'xStep', 'dy', 'windows', 'places', 'count', 'channels'] as const

const scatter = fn('scatter', SCATTER, ({ x, dx, xStep, dy, windows, places, count, channels }, local) => {
  const [at, to, place, offset] = locals(4, 'i32', local) as [number, number, number, number]
  const [best, here, taken] = locals(3, 'v128', local) as [number, number, number]
  /** With `here` the numbers at each place, and `offset` where it is. */
  const eachPlace = (width: number, turn: Code): Code =>
    seq(
      set(place, get(places)),
      inStrides(get(count), [1], local, () =>
        seq(
          set(offset, i32.add(get(at), i32.load(get(place)))),
          set(here, load(width, offset)),
          turn,
          advance(place, BYTES),
        ),
      ),
    )
  const channel = (width: number): Code =>
    seq(
      set(best, f32x4.splat(f32.const(Number.NEGATIVE_INFINITY))),
      eachPlace(width, set(best, f32x4.max(get(best), get(here)))),
      set(taken, v128.zero),
      eachPlace(
        width,
        seq(
          set(here, v128.andnot(f32x4.eq(get(here), get(best)), get(taken))),
          set(taken, v128.or(get(taken), get(here))),
          set(offset, i32.add(get(to), i32.load(get(place)))),
          store(width, offset, f32x4.add(load(width, offset), v128.and(load(width, dy), get(here)))),
        ),
      ),
      ...[at, to, dy].map((pointer) => advance(pointer, width * BYTES)),
    )
  return inStrides(get(windows), [1], local, () =>
    seq(
      set(at, get(x)),
      set(to, get(dx)),
      inStrides(get(channels), [LANES, 1], local, channel),
      advance(x, get(xStep)),
      advance(dx, get(xStep)),
    ),
  )
})

const scatterOf = moduleOf<Scatter>([scatter])

interface Given {
  readonly inputs: { readonly input: TensorInfo; readonly dy: TensorInfo }
  readonly backend: WasmBackend
  readonly attrs: Parameters<typeof windowsOf>[1]
}

/** Along an axis: windows whose places within x are the same, one after the other. */
interface Run {
  readonly first: number
  readonly windows: number
  /** Of x, where the first window's places begin and how many there are. */
  readonly begin: number
  readonly places: number
}

const runsOf = (size: number, stride: number, front: number, count: number, length: number): readonly Run[] => {
  const runs: Run[] = []
  for (let first = 0; first < count; first++) {
    const from = first * stride - front
    const begin = Math.max(0, from)
    const places = Math.min(length, from + size) - begin
    const last = runs.at(-1)
    const goesOn = last?.places === places && begin === last.begin + last.windows * stride
    if (last && goesOn) runs[runs.length - 1] = { ...last, windows: last.windows + 1 }
    else runs.push({ first, windows: 1, begin, places })
  }
  return runs
}

const maxPoolGrad = ({ inputs: { input, dy }, backend, attrs }: Given): TensorInfo => {
  const { size, strides, front, count } = windowsOf(input.shape, attrs, 2)
  const [batch, height, width, channels] = input.shape as [number, number, number, number]
  const axis = (i: 0 | 1, length: number) =>
    runsOf(size[i] as number, strides[i] as number, front[i] as number, count[i] as number, length)
  const [rows, columns] = [axis(0, height), axis(1, width)]
  const out = zeroed(backend, input.shape)
  const [x, to, dys] = [input, out, dy].map(({ dataId }) => address(backend, dataId)) as [number, number, number]
  const { scatter } = scatterOf(backend)
  const pixel = channels * BYTES
  const [stride, outRow] = [(strides[1] as number) * pixel, (count[1] as number) * pixel]
  borrow(backend, (size[0] as number) * (size[1] as number) * BYTES, (places) => {
    for (const row of rows)
      for (const column of columns) {
        const table = Array.from(
          { length: row.places * column.places },
          (_, i) => (Math.floor(i / column.places) * width + (i % column.places)) * pixel,
        )
        backend.wasm.HEAPU32.set(table, places / BYTES)
        for (let n = 0; n < batch; n++)
          for (let r = 0; r < row.windows; r++) {
            const from = ((n * height + row.begin + r * (strides[0] as number)) * width + column.begin) * pixel
            const given = dys + (n * (count[0] as number) + row.first + r) * outRow + column.first * pixel
            scatter(x + from, to + from, stride, given, column.windows, places, table.length, channels)
          }
      }
  })
  return out
}

export const maxPoolGradient: Kernel = { name: MaxPoolGrad, kernel: () => maxPoolGrad as unknown as KernelFunc }
