import type { backend_util } from '@tensorflow/tfjs-core'

/**
 * A filter along one axis of its input: which weight lies where, for all strides, dilations and paddings.
 *
 *     input = place · stride + weight · dilation − pad
 */
type Info = backend_util.Conv2DInfo

export interface Axis {
  readonly size: number
  readonly places: number
  readonly weights: number
  readonly stride: number
  readonly dilation: number
  readonly pad: number
}

/** Down and across. */
export const axesOf = (info: Info): readonly [Axis, Axis] => [
  {
    size: info.inHeight,
    places: info.outHeight,
    weights: info.filterHeight,
    stride: info.strideHeight,
    dilation: info.dilationHeight,
    pad: info.padInfo.top,
  },
  {
    size: info.inWidth,
    places: info.outWidth,
    weights: info.filterWidth,
    stride: info.strideWidth,
    dilation: info.dilationWidth,
    pad: info.padInfo.left,
  },
]

/** The places where a weight lies on the input: the first, how many, and where on the input the first is. */
export const placesOf = ({ size, places, stride, dilation, pad }: Axis, weight: number) => {
  const shift = weight * dilation - pad
  const first = Math.max(0, Math.ceil(-shift / stride))
  const end = Math.min(places, Math.ceil((size - shift) / stride))
  return { first, count: Math.max(0, end - first), at: first * stride + shift }
}

/** Inputs `first`, `first + stride`, …, `count` of them, on which the same weights lie, the first of these at `place`, `place + 1`, … */
export interface Run {
  readonly first: number
  count: number
  readonly weight: number
  readonly weights: number
  readonly place: number
}

/** From a weight that lies on an input to the next one, and how much nearer its place is. */
export const stepOf = ({ stride, dilation }: Axis) => {
  const divisor = gcd(stride, dilation)
  return { weights: stride / divisor, places: dilation / divisor }
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))

export const runsOf = (axis: Axis): readonly Run[] => {
  const { size, places, weights, stride, dilation, pad } = axis
  const all: Run[] = []
  for (let phase = 0; phase < Math.min(stride, size); phase++) {
    let last: Run | undefined
    for (let x = phase; x < size; x += stride) {
      const on = Array.from({ length: weights }, (_, weight) => ({
        weight,
        place: (x + pad - weight * dilation) / stride,
      }))
      const lying = on.filter(({ place }) => Number.isInteger(place) && place >= 0 && place < places)
      const { weight, place } = lying[0] ?? { weight: 0, place: 0 }
      if (last && last.weights === lying.length && (lying.length === 0 || last.weight === weight)) last.count++
      else {
        last = { first: x, count: 1, weight, weights: lying.length, place }
        all.push(last)
      }
    }
  }
  return all
}

/** Places `first`, `first + 1`, …, `count` of them, on which the same weights lie, on an input at `at`, `at + stride`, … */
export interface PlaceRun {
  readonly first: number
  count: number
  readonly weight: number
  readonly weights: number
  readonly at: number
}

export const runsOfPlaces = ({ size, places, weights, stride, dilation, pad }: Axis): readonly PlaceRun[] => {
  const all: PlaceRun[] = []
  for (let place = 0; place < places; place++) {
    const start = place * stride - pad
    const weight = Math.min(weights, Math.max(0, Math.ceil(-start / dilation)))
    const end = Math.max(weight, Math.min(weights, Math.ceil((size - start) / dilation)))
    const last = all.at(-1)
    if (last && last.weight === weight && last.weights === end - weight) last.count++
    else all.push({ first: place, count: 1, weight, weights: end - weight, at: start + weight * dilation })
  }
  return all
}
