import {
  type backend_util,
  Conv2DBackpropFilter,
  type Conv2DBackpropFilterAttrs,
  Conv2DBackpropInput,
  type Conv2DBackpropInputAttrs,
  type KernelFunc,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core'
import { address, borrow, output, type WasmBackend } from '../../kernel/heap.js'
import { BYTES } from './block.js'
import { type Geometry, geometry } from './geometry.js'
import type { Kernel } from './kernel.js'
import { flip, type Layout, matrix, product, type Workbench, workbench } from './product.js'
import { type Windows, windows } from './windows.js'

/**
 * The gradients of a convolution Y = P(X)ᵀ·W, P the matrix of X's windows, as products (Chellapilla, Puri & Simard, 2006):
 *
 *     dW = P(X)·dY          P(dX) = W·dYᵀ, and what lies in P is added up where it was taken from
 *
 * for all strides, paddings, dilations and both data formats, float32. P is never whole: there is a piece of it, and the
 * planes of one image. A filter of 1 × 1 without strides or padding needs neither: there P is Xᵀ.
 */
type Info = backend_util.Conv2DInfo

/** Numbers in a piece of P (1 MB), unless one row of places has more. */
const PIECE = 2 ** 18

/** Places of which P has a piece: whole images, or some rows of one. */
interface Piece {
  readonly images: readonly number[]
  readonly top: number
  readonly rows: number
}

/** Where channels come first, dY is a matrix for each image only. */
const pieces = ({ batchSize, outHeight, outWidth, dataFormat }: Info, weights: number): readonly Piece[] => {
  const fit = Math.max(1, Math.floor(PIECE / (weights * outWidth)))
  const together = dataFormat === 'channelsLast' ? Math.max(1, Math.floor(fit / outHeight)) : 1
  const starts = (size: number, step: number) => Array.from({ length: Math.ceil(size / step) }, (_, i) => i * step)
  return starts(batchSize, together).flatMap((first) =>
    starts(outHeight, fit).map((top) => ({
      images: Array.from({ length: Math.min(together, batchSize - first) }, (_, i) => first + i),
      top,
      rows: Math.min(fit, outHeight - top),
    })),
  )
}

interface Work {
  readonly w: Workbench
  readonly view: Windows
  /** The planes, and the piece of P. */
  readonly planes: number
  readonly p: number
  /** Each piece: its places, from the start of dY to its part of it, and that part with a row for each place. */
  each(turn: (piece: Piece, places: number, dy: number, layout: Layout) => void): void
  /** The images of a piece: from the first's start to each, and to its columns of P. */
  images(piece: Piece, turn: (image: number, columns: number) => void): void
}

const withWork = (backend: WasmBackend, info: Info, use: (work: Work) => void): void => {
  const w = workbench(backend)
  const view = windows(w, info)
  const { outHeight, outWidth, outChannels, inHeight, inWidth, inChannels } = info
  const all = pieces(info, view.weights)
  const placesOf = ({ images, rows }: Piece): number => images.length * rows * outWidth
  const widest = Math.max(...all.map(placesOf))
  borrow(backend, view.planeBytes + view.weights * widest * BYTES, (planes) =>
    use({
      w,
      view,
      planes,
      p: planes + view.planeBytes,
      each: (turn) => {
        for (const piece of all) {
          const [image, places] = [
            (piece.images[0] as number) * outHeight * outWidth * outChannels,
            piece.top * outWidth,
          ]
          if (info.dataFormat === 'channelsLast')
            turn(piece, placesOf(piece), (image + places * outChannels) * BYTES, matrix(outChannels))
          else turn(piece, placesOf(piece), (image + places) * BYTES, flip(matrix(outHeight * outWidth)))
        }
      },
      images: ({ images, rows }, turn) => {
        for (const [i, image] of images.entries())
          turn(image * inHeight * inWidth * inChannels * BYTES, i * rows * outWidth * BYTES)
      },
    }),
  )
}

/** Nothing is summed, or there is nothing to write. */
const isEmpty = ({ inShape, outShape, filterShape }: Info): boolean =>
  [inShape, outShape, filterShape].some((shape) => util.sizeFromShape(shape) === 0)

/** P is Xᵀ. */
const isPlain = ({
  strideHeight,
  strideWidth,
  filterHeight,
  filterWidth,
  padInfo,
  dataFormat,
  ...info
}: Info): boolean =>
  [strideHeight, strideWidth, filterHeight, filterWidth].every((n) => n === 1) &&
  [padInfo.top, padInfo.left].every((n) => n === 0) &&
  info.outHeight === info.inHeight &&
  info.outWidth === info.inWidth &&
  dataFormat === 'channelsLast'

interface Gradient<Inputs, Attrs> {
  readonly inputs: Inputs
  readonly backend: WasmBackend
  readonly attrs: Attrs & Geometry
}

const filterGradient = ({
  inputs: { x, dy },
  backend,
  attrs,
}: Gradient<{ readonly x: TensorInfo; readonly dy: TensorInfo }, Conv2DBackpropFilterAttrs>): TensorInfo => {
  const info = geometry('conv2dBackpropFilter', attrs, { x: x.shape, filter: attrs.filterShape }, { x, dy })
  const { inChannels, outChannels } = info
  const [xAt, dyAt] = [address(backend, x.dataId), address(backend, dy.dataId)]
  return output(backend, info.filterShape, (at) => {
    if (isEmpty(info)) return workbench(backend).clear(at, 0, 1, util.sizeFromShape(info.filterShape))
    if (isPlain(info)) {
      const sizes = [inChannels, outChannels, util.sizeFromShape(x.shape) / inChannels] as const
      return product(workbench(backend), flip(matrix(inChannels)), matrix(outChannels), sizes)(xAt, dyAt, at)
    }
    withWork(backend, info, ({ w, view, planes, p, each, images }) => {
      view.clear(planes)
      each((piece, places, dyOffset, layout) => {
        images(piece, (image, columns) => {
          if (piece.top === 0) view.fromImage(xAt + image, planes)
          view.fromPlanes(planes, p + columns, places * BYTES, piece.top, piece.rows)
        })
        const sizes = [view.weights, outChannels, places] as const
        product(w, matrix(places), layout, sizes, { add: dyOffset > 0 })(p, dyAt + dyOffset, at)
      })
    })
  })
}

const inputGradient = ({
  inputs: { dy, filter },
  backend,
  attrs,
}: Gradient<{ readonly dy: TensorInfo; readonly filter: TensorInfo }, Conv2DBackpropInputAttrs>): TensorInfo => {
  const info = geometry('conv2dBackpropInput', attrs, { x: attrs.inputShape, filter: filter.shape }, { dy, filter })
  const { inChannels, outChannels } = info
  const [dyAt, filterAt] = [address(backend, dy.dataId), address(backend, filter.dataId)]
  return output(backend, info.inShape, (at) => {
    const size = util.sizeFromShape(info.inShape)
    if (isEmpty(info)) return workbench(backend).clear(at, 0, 1, size)
    const ofFilter = matrix(outChannels)
    if (isPlain(info)) {
      const sizes = [size / inChannels, inChannels, outChannels] as const
      return product(workbench(backend), ofFilter, flip(ofFilter), sizes)(dyAt, filterAt, at)
    }
    withWork(backend, info, ({ w, view, planes, p, each, images }) =>
      each((piece, places, dyOffset, layout) => {
        const sizes = [view.weights, places, outChannels] as const
        product(w, ofFilter, flip(layout), sizes)(filterAt, dyAt + dyOffset, p)
        images(piece, (image, columns) => {
          if (piece.top === 0) view.clear(planes)
          view.addToPlanes(planes, p + columns, places * BYTES, piece.top, piece.rows)
          if (piece.top + piece.rows === info.outHeight) view.toImage(planes, at + image)
        })
      }),
    )
  })
}

export const conv2dBackpropFilter: Kernel = {
  name: Conv2DBackpropFilter,
  kernel: () => filterGradient as unknown as KernelFunc,
}

export const conv2dBackpropInput: Kernel = {
  name: Conv2DBackpropInput,
  kernel: () => inputGradient as unknown as KernelFunc,
}
