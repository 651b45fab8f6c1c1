import {
  DepthwiseConv2dNative,
  type DepthwiseConv2dNativeAttrs,
  DepthwiseConv2dNativeBackpropFilter,
  type DepthwiseConv2dNativeBackpropFilterAttrs,
  DepthwiseConv2dNativeBackpropInput,
  type DepthwiseConv2dNativeBackpropInputAttrs,
  type KernelFunc,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core'
import { mistake } from '../../failure.js'
import { address, output } from '../../kernel/heap.js'
import { axesOf, type PlaceRun, placesOf, runsOf, runsOfPlaces, stepOf } from './axis.js'
import { BYTES } from './block.js'
import { type Call, geometry } from './geometry.js'
import type { Kernel } from './kernel.js'
import { repeating } from './repeated.js'
import { tapsOf } from './taps.js'

/**
 * A depthwise convolution and its gradients: every channel has filters of its own, as many as the multiplier m says,
 *
 *     Y[y, x, c·m + n] = Σ X[v, u, c] · W[i, j, c, n]          wherever v = y·stride + i·dilation − top, u likewise
 *     dW[i, j, c, n]   = Σ X[v, u, c] · dY[y, x, c·m + n]
 *     dX[v, u, c]      = Σ dY[y, x, c·m + n] · W[i, j, c, n]
 *
 * for all strides, dilations and paddings, float32, channels last. With a multiplier X is repeated to one channel for each
 * filter, an image at a time, or dX added up from as many. tfjs's CPU kernels of the gradients leave dilations out of their
 * sums; of the forward kernel on WASM the same is to be said as of `Conv2D` (`convolution`).
 */
const forward = ({
  inputs: { x, filter },
  backend,
  attrs,
}: Call<{ readonly x: TensorInfo; readonly filter: TensorInfo }, DepthwiseConv2dNativeAttrs>): TensorInfo => {
  const who = 'depthwiseConv2d'
  const info = geometry(who, attrs, { x: x.shape, filter: filter.shape, depthwise: true }, { x, filter })
  if (info.dataFormat !== 'channelsLast') throw mistake(who, 'dataFormat is NCHW', 'NHWC')
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = info
  const { filterWidth, strideHeight, strideWidth, dilationHeight, dilationWidth } = info
  const pixel = outChannels * BYTES
  const [xLine, yLine, filterLine] = [inWidth * pixel, outWidth * pixel, filterWidth * pixel]
  const dilated = [dilationHeight * xLine, dilationWidth * pixel] as const
  const [ys, xs] = axesOf(info).map(runsOfPlaces) as [readonly PlaceRun[], readonly PlaceRun[]]
  const [xAt, filterAt] = [address(backend, x.dataId), address(backend, filter.dataId)]
  const w = tapsOf(backend)
  const { lend, repeat } = repeating(w, backend, info)
  return output(backend, info.outShape, (at) =>
    lend((memory) => {
      for (let image = 0; image < batchSize; image++) {
        const a = repeat(xAt + image * inHeight * inWidth * inChannels * BYTES, memory)
        const to = at + image * outHeight * yLine
        for (const y of ys)
          for (const x of xs) {
            const ofY = [to + y.first * yLine + x.first * pixel, yLine, pixel] as const
            const ofX = [
              a + y.at * xLine + x.at * pixel,
              strideHeight * xLine,
              strideWidth * pixel,
              ...dilated,
            ] as const
            const ofFilter = [filterAt + y.weight * filterLine + x.weight * pixel, filterLine, pixel] as const
            w.taps(...ofY, ...ofX, ...ofFilter, y.count, x.count, outChannels, y.weights, x.weights, 0)
          }
      }
    }),
  )
}

const filterGradient = ({
  inputs: { x, dy },
  backend,
  attrs,
}: Call<{ readonly x: TensorInfo; readonly dy: TensorInfo }, DepthwiseConv2dNativeBackpropFilterAttrs>): TensorInfo => {
  const sizes = { x: x.shape, filter: attrs.filterShape, depthwise: true }
  const info = geometry('depthwiseConv2dNativeBackpropFilter', attrs, sizes, { x, dy })
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = info
  const { filterHeight, filterWidth, strideHeight, strideWidth } = info
  const pixel = outChannels * BYTES
  const [xLine, dyLine] = [inWidth * pixel, outWidth * pixel]
  const [down, across] = axesOf(info)
  const ys = Array.from({ length: filterHeight }, (_, i) => placesOf(down, i))
  const xs = Array.from({ length: filterWidth }, (_, j) => placesOf(across, j))
  const [xAt, dyAt] = [address(backend, x.dataId), address(backend, dy.dataId)]
  const w = tapsOf(backend)
  const { lend, repeat } = repeating(w, backend, info)
  return output(backend, info.filterShape, (at) => {
    if (batchSize === 0) return w.clear(at, 0, 1, util.sizeFromShape(info.filterShape))
    lend((memory) => {
      for (let image = 0; image < batchSize; image++) {
        const a = repeat(xAt + image * inHeight * inWidth * inChannels * BYTES, memory)
        const b = dyAt + image * outHeight * dyLine
        for (const [i, y] of ys.entries())
          for (const [j, x] of xs.entries()) {
            const ofFilter = [at + (i * filterWidth + j) * pixel, 0, 0] as const
            const ofX = [a + y.at * xLine + x.at * pixel, 0, 0, strideHeight * xLine, strideWidth * pixel] as const
            const ofDy = [b + y.first * dyLine + x.first * pixel, dyLine, pixel] as const
            w.taps(...ofFilter, ...ofX, ...ofDy, 1, 1, outChannels, y.count, x.count, image)
          }
      }
    })
  })
}

const inputGradient = ({
  inputs: { dy, filter },
  backend,
  attrs,
}: Call<
  { readonly dy: TensorInfo; readonly filter: TensorInfo },
  DepthwiseConv2dNativeBackpropInputAttrs
>): TensorInfo => {
  const sizes = { x: attrs.inputShape, filter: filter.shape, depthwise: true }
  const info = geometry('depthwiseConv2dNativeBackpropInput', attrs, sizes, { dy, filter })
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = info
  const { filterWidth, strideHeight, strideWidth } = info
  const pixel = outChannels * BYTES
  const [xLine, dyLine, filterLine] = [inWidth * pixel, outWidth * pixel, filterWidth * pixel]
  const [down, across] = axesOf(info)
  const [ys, xs, stepY, stepX] = [runsOf(down), runsOf(across), stepOf(down), stepOf(across)]
  const nearer = [-stepY.places * dyLine, -stepX.places * pixel] as const
  const further = [stepY.weights * filterLine, stepX.weights * pixel] as const
  const [dyAt, filterAt] = [address(backend, dy.dataId), address(backend, filter.dataId)]
  const w = tapsOf(backend)
  const { lend, addUp } = repeating(w, backend, info)
  return output(backend, info.inShape, (at) =>
    lend((memory) => {
      for (let image = 0; image < batchSize; image++) {
        const own = at + image * inHeight * inWidth * inChannels * BYTES
        const to = memory || own
        const a = dyAt + image * outHeight * dyLine
        for (const y of ys)
          for (const x of xs) {
            const start = to + y.first * xLine + x.first * pixel
            const ofX = [start, strideHeight * xLine, strideWidth * pixel] as const
            const ofDy = [a + y.place * dyLine + x.place * pixel, dyLine, pixel, ...nearer] as const
            const ofFilter = [filterAt + y.weight * filterLine + x.weight * pixel, ...further] as const
            w.taps(...ofX, ...ofDy, ...ofFilter, y.count, x.count, outChannels, y.weights, x.weights, 0)
          }
        addUp(memory, own)
      }
    }),
  )
}

export const depthwiseConv2d: Kernel = { name: DepthwiseConv2dNative, kernel: () => forward as unknown as KernelFunc }

export const depthwiseBackpropFilter: Kernel = {
  name: DepthwiseConv2dNativeBackpropFilter,
  kernel: () => filterGradient as unknown as KernelFunc,
}

export const depthwiseBackpropInput: Kernel = {
  name: DepthwiseConv2dNativeBackpropInput,
  kernel: () => inputGradient as unknown as KernelFunc,
}
