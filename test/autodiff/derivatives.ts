import * as tf from '@tensorflow/tfjs'
import { dot, type Slope, sizeOf, slopeOf } from '../../laws/arithmetic/difference.ts'
import { gaussian } from '../random.ts'
import type { Call, Input } from './registry.ts'

/**
 * Derivatives of one number that is made of all that a call gives, and of its inputs, so that there always is one:
 *
 *     L(x) = Σ w · (y + y²/2) + Σ x²/4        y = f(x)
 *
 * by tfjs's tape, first and second, and by differences. A point and a direction are lists of numbers, the inputs in a row.
 */
export type Point = readonly number[]

const STEP = 1 / 16
const FLOAT32 = 2 ** -23

/** From normal numbers to uniform ones: logistic in place of the normal distribution, near enough. */
const uniform = (next: () => number): number => 1 / (1 + Math.exp(-1.702 * next()))

/** Rounded so that a point a step away is exact in float32 as well. */
const rounded = (x: number): number => Math.round(x * 256) / 256

const numbersFor = ({ shape, kind, low, high }: Input, next: () => number): Point => {
  const size = shape.reduce((a, b) => a * b, 1)
  if (kind === 'apart') {
    const order = Array.from({ length: size }, () => next()).map((key, i) => ({ key, i }))
    const ranks = order.sort((a, b) => a.key - b.key).map(({ i }) => i)
    return ranks.map((rank) => rounded((rank - (size - 1) / 2) * 0.3 + 0.02))
  }
  return Array.from({ length: size }, () => {
    const x = low + (high - low) * uniform(next)
    // The middle half of one of the intervals that are between multiples of 1/2.
    return rounded(kind === 'off' ? Math.floor(2 * x) / 2 + 0.25 + (2 * x - Math.floor(2 * x) - 0.5) / 8 : x)
  })
}

const sizeFor = ({ shape }: Input): number => shape.reduce((a, b) => a * b, 1)

export const pointOf = ({ inputs }: Call, seed: number): Point => {
  const next = gaussian(seed)
  return inputs.flatMap((input) => numbersFor(input, next))
}

/** Not 0, at most 1, exact. */
export const directionOf = ({ inputs }: Call, seed: number): Point => {
  const next = gaussian(seed)
  const size = inputs.reduce((sum, input) => sum + sizeFor(input), 0)
  return Array.from({ length: size }, () => Math.sign(next() || 1) * (1 + Math.floor(4 * uniform(next))) * 0.25)
}

const along = (x: Point, d: Point, s: number): Point => x.map((each, i) => each + s * (d[i] as number))

const tensorsOf = ({ inputs }: Call, x: Point): tf.Tensor[] => {
  let start = 0
  return inputs.map((input) => {
    const end = start + sizeFor(input)
    const part = tf.tensor(x.slice(start, end), [...input.shape], 'float32')
    start = end
    return part
  })
}

const weight = (i: number): number => (i % 2 === 0 ? 1 : -1) * (1 + (i % 5) / 4)

const weights = (y: tf.Tensor): tf.Tensor =>
  tf.tensor(
    Array.from({ length: y.size }, (_, i) => weight(i)),
    y.shape,
  )

const loss =
  ({ f }: Call) =>
  (...xs: tf.Tensor[]): tf.Tensor => {
    const y = tf.cast(f(...xs), 'float32')
    const ofValues = tf.sum(tf.mul(weights(y), tf.add(y, tf.mul(tf.square(y), 0.5))))
    return xs.reduce((sum, x) => tf.add(sum, tf.mul(tf.sum(tf.square(x)), 0.25)), ofValues)
  }

/** L in float64, but for y. */
const lossAt = (call: Call, x: Point): number => {
  const y = scoped(() => numbers([tf.cast(call.f(...tensorsOf(call, x)), 'float32')]))
  const ofValues = y.reduce((sum, each, i) => sum + weight(i) * (each + each ** 2 / 2), 0)
  return x.reduce((sum, each) => sum + each ** 2 / 4, ofValues)
}

const numbers = (xs: readonly tf.Tensor[]): Point => xs.flatMap((x) => [...x.dataSync()])

/** `tidy` for numbers. */
const scoped = (f: () => Point): Point => {
  tf.engine().startScope()
  try {
    return f()
  } finally {
    tf.engine().endScope()
  }
}

/** ∇L */
export const gradientAt = (call: Call, x: Point): Point =>
  scoped(() => numbers(tf.grads(loss(call))(tensorsOf(call, x))))

/** ∇²L · d, plain: the gradient of ∇L · d. */
export const curvatureAt = (call: Call, x: Point, d: Point): Point =>
  scoped(() => {
    const ds = tensorsOf(call, d)
    const slope = (...xs: tf.Tensor[]): tf.Tensor =>
      tf.addN(
        tf
          .grads(loss(call))(xs)
          .map((g, i) => tf.sum(tf.mul(g, ds[i] as tf.Tensor))),
      )
    return numbers(tf.grads(slope)(tensorsOf(call, x)))
  })

/** dL(x + s·d)/ds and de·∇L(x + s·d)/ds, by differences. */
export const slopeAlong = (call: Call, x: Point, d: Point): Slope =>
  slopeOf((s) => lossAt(call, along(x, d, s)), STEP, FLOAT32)
export const turnAlong = (call: Call, x: Point, d: Point, e: Point): Slope =>
  slopeOf((s) => dot(gradientAt(call, along(x, d, s)), e), STEP, 4 * FLOAT32)

/** Whether what was found is what differences tell, as far as they can. */
export const wrongBy = (found: number, told: Slope, size: number): string | undefined => {
  const scale = Math.max(size, Math.abs(told.slope), 1e-3)
  if (!(4 * told.off <= scale / 4)) return `differences cannot tell: ${told.slope} ± ${told.off}`
  const gap = Math.abs(found - told.slope)
  return gap <= 1e-3 * scale + 4 * told.off ? undefined : `${found}, and by differences ${told.slope} ± ${told.off}`
}

export { dot, sizeOf }
