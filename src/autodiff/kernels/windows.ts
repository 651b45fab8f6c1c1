import type { backend_util } from '@tensorflow/tfjs-core'
import { BYTES } from './block.js'
import type { Workbench } from './product.js'

/**
 * An image as a convolution sees it, as a matrix: a row for each weight of a filter (down, across, channel), a column for each
 * place of the filter (`im2col` in the literature, here transposed):
 *
 *     P[(i, j, c), (y, x)] = image[y·strideY + i·dilationY − top, x·strideX + j·dilationX − left, c]      0 outside
 *
 * In between lie planes: the padded image, a plane for each channel and for each remainder of the rows and columns by the
 * strides. In a plane the places of one weight are a rectangle, whatever the stride, so that a row of P is one block copied,
 * and what a gradient adds to the image is one block added.
 */
type Info = backend_util.Conv2DInfo

export interface Windows {
  /** The rows of P. */
  readonly weights: number
  readonly planeBytes: number
  /** Everything in the planes 0. */
  clear(planes: number): void
  fromImage(image: number, planes: number): void
  toImage(planes: number, image: number): void
  /** P for so many rows of places from the `top`-th on, its own rows `row` bytes apart. */
  fromPlanes(planes: number, p: number, row: number, top: number, rows: number): void
  /** What P has for these places, added to the planes. */
  addToPlanes(planes: number, p: number, row: number, top: number, rows: number): void
}

/** Of `size` places, every `stride`-th, where the padded one falls on remainder `phase`: the first, how many, and the first's place in a plane. */
const every = (size: number, pad: number, stride: number, phase: number) => {
  const first = (((phase - pad) % stride) + stride) % stride
  return { first, count: Math.max(0, Math.ceil((size - first) / stride)), at: (first + pad - phase) / stride }
}

export const windows = (w: Workbench, info: Info): Windows => {
  const { inHeight, inWidth, inChannels: channels, outHeight, outWidth, padInfo, dataFormat } = info
  const { filterHeight, filterWidth, strideHeight, strideWidth, dilationHeight, dilationWidth } = info
  const { top, left } = padInfo
  const extent = (places: number, stride: number, weights: number, dilation: number, size: number): number =>
    Math.ceil(Math.max((places - 1) * stride + (weights - 1) * dilation + 1, size) / stride)
  const height = extent(outHeight, strideHeight, filterHeight, dilationHeight, top + inHeight)
  const width = extent(outWidth, strideWidth, filterWidth, dilationWidth, left + inWidth)
  const plane = height * width * BYTES
  const planeCount = strideHeight * strideWidth * channels
  const row = width * BYTES
  const byChannel = dataFormat === 'channelsFirst' || channels === 1
  const [pixel, channel] = byChannel ? [1, inHeight * inWidth * BYTES] : [channels, BYTES]

  /** The parts of the image that lie together: `whole` for rectangles of one channel, `line` for a line of all that are told. */
  const parts = (
    whole: (image: number, imageRow: number, plane: number, rows: number, columns: number) => void,
    line: (image: number, imageColumn: number, plane: number, columns: number, channels: number) => void,
    image: number,
    planes: number,
  ): void => {
    for (let phase = 0; phase < strideHeight * strideWidth; phase++) {
      const ys = every(inHeight, top, strideHeight, Math.floor(phase / strideWidth))
      const xs = every(inWidth, left, strideWidth, phase % strideWidth)
      const from = image + (ys.first * inWidth + xs.first) * pixel * BYTES
      const imageRow = strideHeight * inWidth * pixel * BYTES
      const to = planes + phase * channels * plane + (ys.at * width + xs.at) * BYTES
      for (let c = 0; c < (byChannel ? channels : 1); c++) {
        const [a, b] = [from + c * channel, to + c * plane]
        if (byChannel && strideWidth === 1) whole(a, imageRow, b, ys.count, xs.count)
        else
          for (let y = 0; y < ys.count; y++)
            line(a + y * imageRow, strideWidth * pixel * BYTES, b + y * row, xs.count, byChannel ? 1 : channels)
      }
    }
  }

  const eachWeight = (
    planes: number,
    p: number,
    pRow: number,
    first: number,
    move: (inPlanes: number, inP: number) => void,
  ): void => {
    let at = p
    for (let i = 0; i < filterHeight; i++)
      for (let j = 0; j < filterWidth; j++) {
        const [y, x] = [i * dilationHeight, j * dilationWidth]
        const phase = (y % strideHeight) * strideWidth + (x % strideWidth)
        const [down, right] = [first + Math.floor(y / strideHeight), Math.floor(x / strideWidth)]
        let from = planes + phase * channels * plane + (down * width + right) * BYTES
        for (let c = 0; c < channels; c++, at += pRow, from += plane) move(from, at)
      }
  }

  const places = outWidth * BYTES
  return {
    weights: filterHeight * filterWidth * channels,
    planeBytes: planeCount * plane,
    clear: (planes) => w.clear(planes, 0, 1, planeCount * height * width),
    fromImage: (image, planes) =>
      parts(
        (a, aRow, b, rows, columns) => w.copy(a, aRow, b, row, rows, columns),
        (a, aColumn, b, columns, many) => w.transpose(a, aColumn, b, plane, columns, many),
        image,
        planes,
      ),
    toImage: (planes, image) =>
      parts(
        (a, aRow, b, rows, columns) => w.copy(b, row, a, aRow, rows, columns),
        (a, aColumn, b, columns, many) => w.transpose(b, plane, a, aColumn, many, columns),
        image,
        planes,
      ),
    fromPlanes: (planes, p, pRow, first, rows) =>
      eachWeight(planes, p, pRow, first, (inPlanes, inP) => w.copy(inPlanes, row, inP, places, rows, outWidth)),
    addToPlanes: (planes, p, pRow, first, rows) =>
      eachWeight(planes, p, pRow, first, (inPlanes, inP) => w.add(inP, places, inPlanes, row, rows, outWidth)),
  }
}
