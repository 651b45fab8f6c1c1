import {
  backend_util,
  Conv3DBackpropFilterV2,
  Conv3DBackpropInputV2,
  type KernelFunc,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import type { WasmBackend } from '../../kernel/heap.js'
import { overWindows, type Windows } from '../gradients/windows.js'
import { floats, zeroed } from './floats.js'
import type { Kernel } from './kernel.js'

/**
 * Gradients of convolutions over volumes, in place of tfjs's: its WASM kernels leave numbers out, even where the filter is a
 * single one.
 *
 *     dx[i] += dy[o] · f[k]ᵀ        df[k] += x[i]ᵀ · dy[o]        for every place k of every window o, i = o · stride + k
 */
interface Args {
  readonly inputs: Readonly<Record<string, TensorInfo>>
  readonly backend: WasmBackend
  readonly attrs: Attrs
}

interface Attrs {
  readonly strides: [number, number, number]
  readonly pad: 'valid' | 'same'
  readonly inputShape?: [number, number, number, number, number]
  readonly filterShape?: [number, number, number, number, number]
}

const windowsOf = (x: number[], filter: number[], { strides, pad }: Attrs): Windows => {
  const info = backend_util.computeConv3DInfo(
    x as [number, number, number, number, number],
    filter as [number, number, number, number, number],
    strides,
    1,
    pad,
  )
  return {
    size: [info.filterDepth, info.filterHeight, info.filterWidth],
    strides: [info.strideDepth, info.strideHeight, info.strideWidth],
    dilations: [1, 1, 1],
    front: [info.padInfo.front, info.padInfo.top, info.padInfo.left],
    count: [info.outDepth, info.outHeight, info.outWidth],
  }
}

/** For each place: `turn` with where the pixel's channels begin in x, the place's weights in f, the output's channels in y. */
const products = (x: number[], f: number[], attrs: Attrs, turn: (x: number, f: number, y: number) => void): void => {
  const [ins, outs] = f.slice(-2) as [number, number]
  let from: number[] = []
  overWindows(x, windowsOf(x, f, attrs), {
    begin: () => {
      from = []
    },
    place: (inX, inWindow) => {
      from.push(inX * ins, inWindow * ins * outs)
    },
    end: (output) => {
      for (let i = 0; i < from.length; i += 2) turn(from[i] as number, from[i + 1] as number, output * outs)
    },
  })
}

const toInput = ({ inputs, backend, attrs }: Args): TensorInfo => {
  const [dy, filter] = [inputs.dy, inputs.filter] as [TensorInfo, TensorInfo]
  const shape = attrs.inputShape as number[]
  const [ins, outs] = filter.shape.slice(-2) as [number, number]
  return zeroed(backend, shape, (dxs) => {
    const [dys, fs] = [floats(backend, dy), floats(backend, filter)]
    products(shape, filter.shape, attrs, (x, f, y) => {
      for (let i = 0; i < ins; i++) {
        let sum = 0
        for (let o = 0; o < outs; o++) sum += (dys[y + o] as number) * (fs[f + i * outs + o] as number)
        dxs[x + i] = (dxs[x + i] as number) + sum
      }
    })
  })
}

const toFilter = ({ inputs, backend, attrs }: Args): TensorInfo => {
  const [x, dy] = [inputs.x, inputs.dy] as [TensorInfo, TensorInfo]
  const shape = attrs.filterShape as number[]
  const [ins, outs] = shape.slice(-2) as [number, number]
  return zeroed(backend, shape, (dfs) => {
    const [xs, dys] = [floats(backend, x), floats(backend, dy)]
    products(x.shape, shape, attrs, (from, f, y) => {
      for (let i = 0; i < ins; i++)
        for (let o = 0; o < outs; o++) {
          const at = f + i * outs + o
          dfs[at] = (dfs[at] as number) + (xs[from + i] as number) * (dys[y + o] as number)
        }
    })
  })
}

export const conv3d: readonly Kernel[] = [
  { name: Conv3DBackpropInputV2, kernel: () => toInput as unknown as KernelFunc },
  { name: Conv3DBackpropFilterV2, kernel: () => toFilter as unknown as KernelFunc },
]
