import {
  add,
  backend_util,
  broadcastTo,
  Dilation2D,
  type Dilation2DAttrs,
  Dilation2DBackpropFilter,
  Dilation2DBackpropInput,
  type GradConfig,
  reshape,
  slice,
  type Tensor,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { gradient, run, zerosLike } from './gradient.js'
import { atFirst, view, type Windows } from './windows.js'

/**
 * Grey dilation, y = max over a window of x + filter: the first of the largest sums gets the gradient. Its two gradients are
 * linear in dy; the way back takes v from where the largest sum was.
 */
export const dilationWindows = (
  x: TensorInfo,
  filter: TensorInfo,
  { strides, pad, dilations }: Dilation2DAttrs,
): Windows => {
  const info = backend_util.computeDilation2DInfo(
    x.shape as [number, number, number, number],
    filter.shape as [number, number, number],
    strides,
    pad,
    'NHWC',
    dilations,
  )
  return {
    size: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    front: [info.padInfo.top, info.padInfo.left],
    count: [info.outHeight, info.outWidth],
  }
}

const back = (kernelName: string): GradConfig =>
  gradient<Dilation2DAttrs>(kernelName, { inputs: ['x', 'filter', 'dy'] }, (v, saved, attrs) => {
    const [x, filter, dy] = saved as [Tensor, Tensor, Tensor]
    const windows = dilationWindows(x, filter, attrs)
    const ofFilter =
      (f: Tensor) =>
      ([row, column]: readonly number[]): Tensor =>
        reshape(slice(f, [row as number, column as number, 0], [1, 1, -1]), [1, 1, 1, f.shape[2] as number])
    return {
      x: () => zerosLike(x),
      filter: () => zerosLike(filter),
      dy: () => {
        const [seen, weight] = [view(x, windows, Number.NEGATIVE_INFINITY), ofFilter(filter)]
        const picked =
          kernelName === Dilation2DBackpropInput
            ? view(v, windows, 0)
            : (place: readonly number[]) => broadcastTo(ofFilter(v)(place), dy.shape as never)
        return atFirst(
          run(Dilation2D, { x, filter }, attrs),
          windows,
          (place) => add(seen(place), weight(place)),
          picked,
        )
      },
    }
  })

export const dilation: readonly GradConfig[] = [back(Dilation2DBackpropInput), back(Dilation2DBackpropFilter)]
