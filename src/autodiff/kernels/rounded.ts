import { AvgPool, type KernelFunc, MaxPool, type TensorInfo } from '@tensorflow/tfjs-core'
import type { WasmBackend } from '../../kernel/heap.js'
import { poolWindows } from '../gradients/pooling.js'
import { overWindows } from '../gradients/windows.js'
import { floats, zeroed } from './floats.js'
import type { Kernel } from './kernel.js'

/**
 * Pools whose number of windows is rounded, as `dimRoundingMode` says. tfjs's kernels for WASM round it down whatever that says, and
 * leave the rest of their output as the memory was; they are asked where it rounds down.
 *
 *     maxPool     the largest of what a window has of x, channel by channel; −∞ of nothing
 *     avgPool     the mean of it; NaN of nothing
 */
interface Reading {
  readonly start: number
  next(found: number, x: number): number
  end(found: number, places: number): number
}

const rounded = (name: string, { start, next, end }: Reading): Kernel => {
  const pool = (x: TensorInfo, backend: WasmBackend, attrs: Parameters<typeof poolWindows>[1]): TensorInfo => {
    const windows = poolWindows(x.shape, attrs, 2)
    const [batch, , , channels] = x.shape as [number, number, number, number]
    return zeroed(backend, [batch, ...windows.count, channels], (to) => {
      const xs = floats(backend, x)
      const found = new Float32Array(channels)
      let places = 0
      overWindows(x.shape, windows, {
        begin: () => {
          found.fill(start)
          places = 0
        },
        place: (pixel) => {
          places++
          for (let c = 0; c < channels; c++) found[c] = next(found[c] as number, xs[pixel * channels + c] as number)
        },
        end: (output) => {
          for (let c = 0; c < channels; c++) to[output * channels + c] = end(found[c] as number, places)
        },
      })
    })
  }
  return {
    name,
    kernel:
      (own): KernelFunc =>
      (given) => {
        const attrs = given.attrs as unknown as Parameters<typeof poolWindows>[1]
        if (attrs.dimRoundingMode !== 'ceil' && attrs.dimRoundingMode !== 'round') return own(given)
        return pool(given.inputs.x as TensorInfo, given.backend as WasmBackend, attrs)
      },
  }
}

export const roundedPools: readonly Kernel[] = [
  rounded(MaxPool, { start: Number.NEGATIVE_INFINITY, next: Math.max, end: (found) => found }),
  rounded(AvgPool, { start: 0, next: (sum, x) => sum + x, end: (sum, places) => sum / places }),
]
