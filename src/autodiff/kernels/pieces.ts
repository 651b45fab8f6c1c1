import type { backend_util } from '@tensorflow/tfjs-core'
import { borrow, type WasmBackend } from '../../kernel/heap.js'
import { BYTES } from './block.js'
import { flip, type Layout, matrix, type Workbench, workbench } from './product.js'
import { type Windows, windows } from './windows.js'

/**
 * A convolution's windows P in pieces that fit the second cache: of a piece of Y, a matrix with a row for each place, P has the
 * columns. No more than a piece of P is in memory, and the planes of one image.
 */
type Info = backend_util.Conv2DInfo

/** Numbers in a piece of P (1 MB), unless one row of places has more. */
const PIECE = 2 ** 18

/** Places of which P has a piece: whole images, or some rows of one. */
export interface Piece {
  readonly images: readonly number[]
  readonly top: number
  readonly rows: number
}

/** Where channels come first, Y is a matrix for each image only. */
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

export interface Work {
  readonly w: Workbench
  readonly view: Windows
  /** The planes, and the piece of P. */
  readonly planes: number
  readonly p: number
  /** Each piece: its places, from the start of Y to its part of it, and that part with a row for each place. */
  each(turn: (piece: Piece, places: number, y: number, layout: Layout) => void): void
  /** The images of a piece: from the first's start to each, and to its columns of P. */
  images(piece: Piece, turn: (image: number, columns: number) => void): void
}

export const inPieces = (backend: WasmBackend, info: Info, use: (work: Work) => void): void => {
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
