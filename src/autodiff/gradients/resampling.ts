import {
  add,
  CropAndResize,
  cast,
  concat,
  floor,
  type GradConfig,
  gather,
  greaterEqual,
  maximum,
  minimum,
  mul,
  RotateWithOffset,
  range,
  reshape,
  scalar,
  slice,
  stack,
  sub,
  sum,
  type Tensor,
  tensor,
  tile,
  transpose,
  zeros,
} from '@tensorflow/tfjs-core'
import { gradient, run, zerosLike } from './gradient.js'
import { rowSums } from './indexing.js'

/**
 * Images that are looked at elsewhere: cut out, or turned. Where a pixel came from is what the same kernel says of an image
 * whose pixels are their own positions; the gradient goes back there.
 *
 *     nearest      all of it to one pixel
 *     bilinear     to four, by their shares; and to the boxes, by how much the value rises along y and x
 */
interface Crop {
  readonly cropSize: readonly [number, number]
  readonly method: 'bilinear' | 'nearest'
}

const int = (x: number): Tensor => scalar(x, 'int32')

/** [1, height, width, 2]: y and x. */
const grid = (height: number, width: number): Tensor => {
  const along = (axis: number, n: number): Tensor =>
    tile(reshape(range(0, n), axis === 0 ? [n, 1] : [1, n]), axis === 0 ? [1, width] : [height, 1])
  return reshape(stack([along(0, height), along(1, width)], 2), [1, height, width, 2])
}

/** One of the four pixels around each place: its row in a list of all pixels, its share, and how that rises along y and x. */
interface Corner {
  readonly pixel: Tensor
  readonly share: Tensor
  readonly rises: readonly [y: Tensor, x: Tensor]
}

const corners = (image: Tensor, boxes: Tensor, boxInd: Tensor, attrs: Crop): readonly Corner[] => {
  const [, height, width] = image.shape as [number, number, number, number]
  const boxInds = zeros(boxInd.shape, 'int32')
  const at = run(
    CropAndResize,
    { image: grid(height, width), boxes, boxInd: boxInds },
    { ...attrs, extrapolationValue: -1 },
  )
  const n = at.size / 2
  const inside = reshape(cast(greaterEqual(slice(at, [0, 0, 0, 0], [-1, -1, -1, 1]), 0), 'float32'), [n, 1])
  const [batch, each] = [boxInd.size, n / Math.max(1, boxInd.size)]
  const of = reshape(tile(reshape(boxInd, [batch, 1]), [1, each]), [n])
  const axis = (i: number, size: number) => {
    const position = maximum(reshape(slice(at, [0, 0, 0, i], [-1, -1, -1, 1]), [n]), 0)
    const low = floor(position)
    const share = reshape(sub(position, low), [n, 1])
    return [
      { index: cast(low, 'int32'), share: sub(1, share), rise: -1 },
      { index: cast(minimum(add(low, 1), size - 1), 'int32'), share, rise: 1 },
    ].slice(0, attrs.method === 'nearest' ? 1 : 2)
  }
  return axis(0, height).flatMap((y) =>
    axis(1, width).map((x) => ({
      pixel: add(mul(add(mul(of, int(height)), y.index), int(width)), x.index),
      share: mul(inside, mul(y.share, x.share)),
      rises: [mul(inside, mul(x.share, y.rise)), mul(inside, mul(y.share, x.rise))],
    })),
  )
}

/** The share that the far end of a box has in the i-th of n places; the near end has the rest. */
const ends = (n: number): number[] => Array.from({ length: n }, (_, i) => (n > 1 ? i / (n - 1) : 0.5))

const cropped = gradient<Crop>(CropAndResize, { inputs: ['image', 'boxes', 'boxInd'] }, (dy, saved, attrs) => {
  const [image, boxes, boxInd] = saved as [Tensor, Tensor, Tensor]
  const [batch, height, width, channels] = image.shape as [number, number, number, number]
  const dys = reshape(dy, [dy.size / channels, channels])
  return {
    image: () => {
      const parts = corners(image, boxes, boxInd, attrs)
      const rows = parts.map(({ share }) => mul(dys, share))
      const sums = rowSums(
        concat(rows, 0),
        concat(
          parts.map(({ pixel }) => pixel),
          0,
        ),
        batch * height * width,
      )
      return reshape(sums, image.shape)
    },
    boxes: () => {
      if (attrs.method === 'nearest') return zerosLike(boxes)
      const pixels = reshape(image, [batch * height * width, channels])
      const parts = corners(image, boxes, boxInd, attrs).map(({ pixel, rises }) => {
        const values = sum(mul(gather(pixels, pixel as never), dys), 1, true)
        return concat(
          rises.map((rise) => mul(values, rise)),
          1,
        )
      })
      const [rows, columns] = attrs.cropSize
      const along = reshape(
        parts.reduce((a, b) => add(a, b)),
        [boxInd.size, rows, columns, 2],
      )
      const of = (axis: number, n: number, size: number): readonly [near: Tensor, far: Tensor] => {
        const steep = mul(
          reshape(slice(along, [0, 0, 0, axis], [-1, -1, -1, 1]), [boxInd.size, rows, columns]),
          size - 1,
        )
        const far = tensor(ends(n), axis === 0 ? [1, n, 1] : [1, 1, n])
        return [sum(mul(steep, sub(1, far)), [1, 2]), sum(mul(steep, far), [1, 2])]
      }
      const [[y1, y2], [x1, x2]] = [of(0, rows, height), of(1, columns, width)]
      return stack([y1, x1, y2, x2], 1)
    },
    boxInd: () => zerosLike(boxInd),
  }
})

const turned = gradient<object>(RotateWithOffset, { inputs: ['image'] }, (dy, saved, attrs) => ({
  image: () => {
    const [image] = saved as [Tensor]
    const [batch, height, width, channels] = image.shape as [number, number, number, number]
    const n = height * width
    // Numbered from 1: 0 is outside.
    const numbers = reshape(range(1, n + 1), [1, height, width, 1])
    const from = reshape(cast(run(RotateWithOffset, { image: numbers }, { ...attrs, fillValue: 0 }), 'int32'), [n])
    const rows = transpose(reshape(dy, [batch, n, channels]), [1, 0, 2])
    const sums = slice(rowSums(reshape(rows, [n, batch * channels]), from, n + 1), [1, 0], [n, batch * channels])
    return reshape(transpose(reshape(sums, [n, batch, channels]), [1, 0, 2]), image.shape)
  },
}))

export const resampling: readonly GradConfig[] = [cropped, turned]
