import { AvgPoolGrad, type KernelFunc, MaxPoolGrad, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { type Code, f32, f32x4, get, i32, i32x4, seq, set, v128 } from '../../expr/instruction.js'
import { address, borrow, type WasmBackend } from '../../kernel/heap.js'
import { poolWindows } from '../gradients/pooling.js'
import { runsOfPlaces } from './axis.js'
import { advance, BYTES, type Call, fn, inStrides, LANES, load, locals, store } from './block.js'
import { zeroed } from './floats.js'
import type { Kernel } from './kernel.js'
import { moduleOf } from './module.js'

/**
 * The gradients of pools. Each window's dy goes to the first of its largest numbers, row by row, or evenly to all of its places:
 *
 *     maxPool     dx[argmax] += dy
 *     avgPool     dx[place] += dy / size        for each place within x
 *
 * tfjs's WASM kernel of the first looks for a number above the smallest positive one, so that windows without positive numbers give no
 * gradient; it takes 3.3 ms for 32 × 14 × 14 × 32 in windows of 2 × 2, where this takes 0.14.
 */
interface Pools {
  readonly toLargest: Call<typeof TO_LARGEST>
  readonly toAll: Call<typeof TO_ALL>
}

/** `places`: where each place of a window is, in bytes from its first. Windows of one call lie in a row and have the same places. */
const TO_LARGEST = ['x', 'dx', 'xStep', 'dy', 'windows', 'places', 'count', 'channels'] as const
const TO_ALL = ['dx', 'xStep', 'dy', 'windows', 'places', 'count', 'channels', 'size'] as const

const toLargest = fn('toLargest', TO_LARGEST, ({ x, dx, xStep, dy, windows, places, count, channels }, local) => {
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

const toAll = fn('toAll', TO_ALL, ({ dx, xStep, dy, windows, places, count, channels, size }, local) => {
  const [to, place, offset] = locals(3, 'i32', local) as [number, number, number]
  const [share, divisor] = locals(2, 'v128', local) as [number, number]
  const channel = (width: number): Code =>
    seq(
      set(share, f32x4.div(load(width, dy), get(divisor))),
      set(place, get(places)),
      inStrides(get(count), [1], local, () =>
        seq(
          set(offset, i32.add(get(to), i32.load(get(place)))),
          store(width, offset, f32x4.add(load(width, offset), get(share))),
          advance(place, BYTES),
        ),
      ),
      ...[to, dy].map((pointer) => advance(pointer, width * BYTES)),
    )
  return seq(
    set(divisor, f32x4.convert(i32x4.splat(get(size)))),
    inStrides(get(windows), [1], local, () =>
      seq(set(to, get(dx)), inStrides(get(channels), [LANES, 1], local, channel), advance(dx, get(xStep))),
    ),
  )
})

const poolsOf = moduleOf<Pools>([toLargest, toAll])

interface Given {
  readonly inputs: { readonly input: TensorInfo; readonly dy: TensorInfo }
  readonly backend: WasmBackend
  readonly attrs: Parameters<typeof poolWindows>[1]
}

/** Windows in a row with the same places: from x's start to the first one's, from dy's to the first one's, how many, and the places. */
type Turn = (x: number, dy: number, step: number, windows: number, places: number, count: number) => void

const eachRow = ({ inputs: { input }, backend, attrs }: Given, turn: Turn): void => {
  const { size, strides, front, count } = poolWindows(input.shape, attrs, 2)
  const [batch, height, width, channels] = input.shape as [number, number, number, number]
  const axis = (i: 0 | 1, length: number) =>
    runsOfPlaces({
      size: length,
      places: count[i] as number,
      weights: size[i] as number,
      stride: strides[i] as number,
      dilation: 1,
      pad: front[i] as number,
    })
  const [rows, columns] = [axis(0, height), axis(1, width)]
  const pixel = channels * BYTES
  const [down, across] = strides as [number, number]
  const [outHeight, outWidth] = count as [number, number]
  borrow(backend, (size[0] as number) * (size[1] as number) * BYTES, (places) => {
    for (const row of rows)
      for (const column of columns) {
        const table = Array.from(
          { length: row.weights * column.weights },
          (_, i) => (Math.floor(i / column.weights) * width + (i % column.weights)) * pixel,
        )
        backend.wasm.HEAPU32.set(table, places / BYTES)
        for (let n = 0; n < batch; n++)
          for (let r = 0; r < row.count; r++) {
            const x = ((n * height + row.at + r * down) * width + column.at) * pixel
            const dy = ((n * outHeight + row.first + r) * outWidth + column.first) * pixel
            turn(x, dy, across * pixel, column.count, places, table.length)
          }
      }
  })
}

const maxPool = (given: Given): TensorInfo => {
  const { inputs, backend } = given
  const [x, dys] = [address(backend, inputs.input.dataId), address(backend, inputs.dy.dataId)]
  const { toLargest } = poolsOf(backend)
  const channels = inputs.input.shape[3] as number
  return zeroed(backend, inputs.input.shape, (_, to) =>
    eachRow(given, (from, dy, step, windows, places, count) =>
      toLargest(x + from, to + from, step, dys + dy, windows, places, count, channels),
    ),
  )
}

const avgPool = (given: Given): TensorInfo => {
  const { inputs, backend, attrs } = given
  const { shape } = inputs.input
  const dys = address(backend, inputs.dy.dataId)
  const { toAll } = poolsOf(backend)
  const [channels, size] = [shape[3] as number, util.sizeFromShape(poolWindows(shape, attrs, 2).size as number[])]
  return zeroed(backend, shape, (_, to) =>
    eachRow(given, (x, dy, step, windows, places, count) =>
      toAll(to + x, step, dys + dy, windows, places, count, channels, size),
    ),
  )
}

export const maxPoolGradient: Kernel = { name: MaxPoolGrad, kernel: () => maxPool as unknown as KernelFunc }
export const avgPoolGradient: Kernel = { name: AvgPoolGrad, kernel: () => avgPool as unknown as KernelFunc }
