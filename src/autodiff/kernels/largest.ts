import {
  Dilation2DBackpropFilter,
  Dilation2DBackpropInput,
  type KernelConfig,
  type KernelFunc,
  MaxPool3DGrad,
  MaxPoolGrad,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import type { WasmBackend } from '../../kernel/heap.js'
import { windowsOf as dilationWindows } from '../gradients/dilation.js'
import { windowsOf as poolWindows } from '../gradients/pooling.js'
import { overWindows, type Windows } from '../gradients/windows.js'
import { floats, zeroed } from './floats.js'

/**
 * Gradients of the largest of each window, in place of tfjs's: its WASM kernels look for a number above the smallest positive
 * one, so that a window without positive numbers has no gradient at all.
 *
 *     dx[argmax] += dy        the first of the largest, row by row; for grey dilation x + filter is what is looked at
 */
type Inputs = Readonly<Record<string, TensorInfo>>

interface Roles {
  readonly x: TensorInfo
  readonly dy: TensorInfo
  /** What is added to x, at each place of the window. */
  readonly filter?: TensorInfo
  /** Whose gradient it is. */
  readonly of: 'x' | 'filter'
}

const scatter = (backend: WasmBackend, { x, dy, filter, of }: Roles, windows: Windows): TensorInfo => {
  const out = zeroed(backend, (of === 'x' ? x : (filter as TensorInfo)).shape)
  const [xs, dys, to] = [floats(backend, x), floats(backend, dy), floats(backend, out)]
  const weights = filter && floats(backend, filter)
  const channels = x.shape.at(-1) as number
  const [best, where] = [new Float32Array(channels), new Int32Array(channels)]
  overWindows(x.shape, windows, {
    begin: () => best.fill(Number.NEGATIVE_INFINITY) && where.fill(-1),
    place: (inX, inWindow) => {
      for (let c = 0; c < channels; c++) {
        const value = Math.fround(
          (xs[inX * channels + c] as number) + (weights ? (weights[inWindow * channels + c] as number) : 0),
        )
        if (value <= (best[c] as number)) continue
        best[c] = value
        where[c] = (of === 'x' ? inX : inWindow) * channels + c
      }
    },
    end: (output) => {
      for (let c = 0; c < channels; c++) {
        const at = where[c] as number
        if (at >= 0) to[at] = (to[at] as number) + (dys[output * channels + c] as number)
      }
    },
  })
  return out
}

const kernel = (
  kernelName: string,
  of: (inputs: Inputs, attrs: unknown) => readonly [Roles, Windows],
): KernelConfig => ({
  kernelName,
  backendName: 'wasm',
  kernelFunc: (({ inputs, backend, attrs }: { inputs: Inputs; backend: WasmBackend; attrs: unknown }) =>
    scatter(backend, ...of(inputs, attrs))) as unknown as KernelFunc,
})

const pool = (kernelName: string, dimensions: 2 | 3): KernelConfig =>
  kernel(kernelName, ({ input, dy }, attrs) => [
    { x: input as TensorInfo, dy: dy as TensorInfo, of: 'x' },
    poolWindows((input as TensorInfo).shape, attrs as Parameters<typeof poolWindows>[1], dimensions),
  ])

const dilation = (kernelName: string, of: 'x' | 'filter'): KernelConfig =>
  kernel(kernelName, (inputs, attrs) => {
    const [x, filter, dy] = [inputs.x, inputs.filter, inputs.dy] as [TensorInfo, TensorInfo, TensorInfo]
    return [{ x, filter, dy, of }, dilationWindows(x, filter, attrs as Parameters<typeof dilationWindows>[2])]
  })

export const largest: readonly KernelConfig[] = [
  pool(MaxPoolGrad, 2),
  pool(MaxPool3DGrad, 3),
  dilation(Dilation2DBackpropInput, 'x'),
  dilation(Dilation2DBackpropFilter, 'filter'),
]
