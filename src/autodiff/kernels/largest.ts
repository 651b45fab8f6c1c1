import {
  Dilation2D,
  Dilation2DBackpropFilter,
  Dilation2DBackpropInput,
  type KernelFunc,
  MaxPool3D,
  MaxPool3DGrad,
  MaxPoolWithArgmax,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core'
import { output, type WasmBackend } from '../../kernel/heap.js'
import { dilationWindows } from '../gradients/dilation.js'
import { poolWindows } from '../gradients/pooling.js'
import { overWindows, type Windows } from '../gradients/windows.js'
import { floats, zeroed } from './floats.js'
import type { Kernel } from './kernel.js'

/**
 * The largest of each window, and its gradient, in place of tfjs's: its WASM kernels look for a number above the smallest
 * positive one, so that windows without positive numbers give 1.2e−38, and no gradient. (`maxPool` itself is right.)
 *
 *     y = max x            dx[argmax] += dy        the first of the largest, row by row
 *
 * For grey dilation it is x + filter that is looked at. The gradient of `maxPool`, which everybody needs, is in `poolgradient`.
 */
interface Roles {
  readonly x: TensorInfo
  /** In a gradient. */
  readonly dy?: TensorInfo
  /** What is added to x, at each place of the window. */
  readonly filter?: TensorInfo
  /** Whose gradient it is. */
  readonly of?: 'x' | 'filter'
}

/** Of each window and channel the largest number, and where it is: in x, and in the window; −1 where there is none. */
type Found = (at: number, best: number, inX: number, inWindow: number) => void

const search = (backend: WasmBackend, { x, filter }: Roles, windows: Windows, found: Found): void => {
  const xs = floats(backend, x)
  const weights = filter && floats(backend, filter)
  const channels = x.shape.at(-1) as number
  const [best, pixel, place] = [new Float32Array(channels), new Int32Array(channels), new Int32Array(channels)]
  overWindows(x.shape, windows, {
    begin: () => best.fill(Number.NEGATIVE_INFINITY) && pixel.fill(-1),
    place: (inX, inWindow) => {
      for (let c = 0; c < channels; c++) {
        const value = Math.fround(
          (xs[inX * channels + c] as number) + (weights ? (weights[inWindow * channels + c] as number) : 0),
        )
        if (value <= (best[c] as number)) continue
        best[c] = value
        pixel[c] = inX * channels + c
        place[c] = inWindow * channels + c
      }
    },
    end: (output) => {
      for (let c = 0; c < channels; c++)
        found(output * channels + c, best[c] as number, pixel[c] as number, place[c] as number)
    },
  })
}

const scatter = (backend: WasmBackend, roles: Roles, windows: Windows): TensorInfo => {
  const { x, dy, filter, of } = roles
  return zeroed(backend, (of === 'x' ? x : (filter as TensorInfo)).shape, (to) => {
    const dys = floats(backend, dy as TensorInfo)
    search(backend, roles, windows, (at, _, inX, inWindow) => {
      if (inX < 0) return
      const target = of === 'x' ? inX : inWindow
      to[target] = (to[target] as number) + (dys[at] as number)
    })
  })
}

const collect = (backend: WasmBackend, roles: Roles, windows: Windows): TensorInfo => {
  const { shape } = roles.x
  return zeroed(backend, [shape[0] as number, ...windows.count, shape.at(-1) as number], (to) =>
    search(backend, roles, windows, (at, best) => {
      to[at] = best
    }),
  )
}

interface Args {
  readonly inputs: Readonly<Record<string, TensorInfo>>
  readonly backend: WasmBackend
  readonly attrs: unknown
}

const kernel = (name: string, run: (args: Args) => TensorInfo | TensorInfo[]): Kernel => ({
  name,
  kernel: () => run as unknown as KernelFunc,
})

type PoolAttrs = Parameters<typeof poolWindows>[1]
const info = (x: TensorInfo | undefined): TensorInfo => x as TensorInfo

const volumesGradient = kernel(MaxPool3DGrad, ({ inputs: { input, dy }, backend, attrs }) => {
  const windows = poolWindows(info(input).shape, attrs as PoolAttrs, 3)
  return scatter(backend, { x: info(input), dy: info(dy), of: 'x' }, windows)
})

const dilation = (kernelName: string, of?: 'x' | 'filter'): Kernel =>
  kernel(kernelName, ({ inputs: { x, filter, dy }, backend, attrs }) => {
    const windows = dilationWindows(info(x), info(filter), attrs as Parameters<typeof dilationWindows>[2])
    const roles = { x: info(x), filter: info(filter), dy: info(dy), of }
    return of ? scatter(backend, roles, windows) : collect(backend, roles, windows)
  })

const volumes = kernel(MaxPool3D, ({ inputs: { x }, backend, attrs }) =>
  collect(backend, { x: info(x) }, poolWindows(info(x).shape, attrs as PoolAttrs, 3)),
)

/** Positions count pixels and channels in a row, of the image or of the batch. */
const withPositions = kernel(MaxPoolWithArgmax, ({ inputs, backend, attrs }) => {
  const x = info(inputs.x)
  const windows = poolWindows(x.shape, attrs as PoolAttrs, 2)
  const { includeBatchInIndex } = attrs as { readonly includeBatchInIndex: boolean }
  const image = includeBatchInIndex ? Number.POSITIVE_INFINITY : util.sizeFromShape(x.shape.slice(1))
  const shape = [x.shape[0] as number, ...windows.count, x.shape[3] as number]
  let values: TensorInfo | undefined
  const write = (at: number): void => {
    values = zeroed(backend, shape, (to) => {
      const places = new Int32Array(to.buffer, at, to.length)
      search(backend, { x }, windows, (i, best, inX) => {
        to[i] = best
        places[i] = inX % image
      })
    })
  }
  const positions = output(backend, shape, write, 'int32')
  return [values as TensorInfo, positions]
})

export const largest: readonly Kernel[] = [
  volumes,
  withPositions,
  volumesGradient,
  dilation(Dilation2D),
  dilation(Dilation2DBackpropInput, 'x'),
  dilation(Dilation2DBackpropFilter, 'filter'),
]
