import {
  type GradConfig,
  matMul,
  ResizeBilinear,
  ResizeNearestNeighbor,
  reshape,
  type Tensor,
  tensor2d,
} from '@tensorflow/tfjs-core'
import { gradient } from './gradient.js'

/**
 * Images of another size. Rows and columns are resized each for itself, Y = R · X · Cᵀ for every channel, so
 *
 *     dL/dX = Rᵀ · dL/dY · C
 *
 * tfjs's kernels for these gradients know nothing of half-pixel centers, and the bilinear one of the CPU back end takes height
 * for width.
 */
interface Attrs {
  readonly alignCorners: boolean
  readonly halfPixelCenters: boolean
}

/** The numbers that an output is made of: pairs of position and weight. */
type Sources = (at: number, last: number, attrs: Attrs) => readonly (readonly [position: number, weight: number])[]

const between: Sources = (at, last) => {
  const low = Math.max(0, Math.floor(at))
  const share = at - low
  return [
    [low, 1 - share],
    [Math.min(last, Math.ceil(at)), share],
  ]
}

const nearest: Sources = (at, last, { alignCorners }) => [
  [Math.min(last, Math.max(0, alignCorners ? Math.round(at) : Math.floor(at))), 1],
]

/** Rᵀ, [from, to]. The bilinear kernel counts from the middle of the first pixel, the other from its edge. */
const weights = (from: number, to: number, attrs: Attrs, sources: Sources): Tensor => {
  const cut = attrs.alignCorners && to > 1 ? 1 : 0
  const ratio = (from - cut) / (to - cut)
  const shift = attrs.halfPixelCenters && sources === between ? 0.5 : 0
  const table = new Float32Array(from * to)
  for (let i = 0; i < to; i++) {
    const at = ratio * (i + (attrs.halfPixelCenters ? 0.5 : 0)) - shift
    for (const [position, weight] of sources(at, from - 1, attrs))
      table[position * to + i] = (table[position * to + i] as number) + weight
  }
  return tensor2d(table, [from, to])
}

const resize = (kernelName: string, sources: Sources): GradConfig =>
  gradient<Attrs>(kernelName, { inputs: ['images'] }, (dy, [images], attrs) => ({
    images: () => {
      const [batch, h, w, channels] = (images as Tensor).shape as [number, number, number, number]
      const [, height, width] = dy.shape as [number, number, number, number]
      const rows = matMul(weights(h, height, attrs, sources), reshape(dy, [batch, height, width * channels]))
      const columns = matMul(weights(w, width, attrs, sources), reshape(rows, [batch * h, width, channels]))
      return reshape(columns, [batch, h, w, channels])
    },
  }))

export const resizing: readonly GradConfig[] = [resize(ResizeBilinear, between), resize(ResizeNearestNeighbor, nearest)]
