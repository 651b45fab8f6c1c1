import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import type { Numbers } from './oncpu.ts'
import { gaussian } from './random.ts'

/** Convolutions to try kernels on: any strides, paddings, formats and filters, as far as they leave a place for the filter. */
export interface Convolved {
  readonly x: Numbers
  readonly filter: Numbers
  readonly dy: Numbers
  readonly attrs: {
    readonly strides: [number, number]
    readonly pad: 'same' | 'valid' | number | tf.backend_util.ExplicitPadding
    readonly dataFormat: 'NHWC' | 'NCHW'
    readonly dilations: [number, number]
    readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
  }
}

export const numbers = (shape: readonly number[], seed: number): Numbers => ({
  shape,
  values: Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, gaussian(seed)),
})

const upTo = (max: number, min = 1) => fc.integer({ min, max })
const pair = (max: number) => fc.tuple(upTo(max), upTo(max))

export interface Kind {
  readonly depthwise?: boolean
  /** At most. */
  readonly dilation?: number
  readonly formats?: readonly ('NHWC' | 'NCHW')[]
  readonly channels?: number
}

export const convolved = ({ depthwise = false, dilation = 1, formats = ['NHWC'], channels = 9 }: Kind) =>
  fc
    .record({
      batch: upTo(3, 0),
      size: pair(9),
      weights: pair(4),
      into: upTo(channels),
      out: upTo(depthwise ? 3 : channels),
      strides: pair(3),
      dilations: pair(dilation),
      dataFormat: fc.constantFrom(...formats),
      padding: fc.oneof(
        fc.constantFrom('same' as const, 'valid' as const),
        upTo(3, 0),
        fc.tuple(upTo(3, 0), upTo(3, 0), upTo(3, 0), upTo(3, 0)),
      ),
      seed: upTo(2 ** 30),
    })
    .map(({ batch, size, weights, into, out, strides, dilations, dataFormat, padding, seed }) => {
      const last = dataFormat === 'NHWC'
      const shape = last ? [batch, ...size, into] : [batch, into, ...size]
      const explicit = (t: number, b: number, l: number, r: number) =>
        [[0, 0], ...(last ? [] : [[0, 0]]), [t, b], [l, r], ...(last ? [[0, 0]] : [])] as never
      const pad = typeof padding === 'object' ? explicit(...padding) : padding
      return drawn(shape, [...weights, into, out], { strides, pad, dataFormat, dilations }, depthwise, seed)
    })
    .filter(({ dy }) => dy.shape.every((n, i) => i === 0 || n > 0))

export const drawn = (
  x: readonly number[],
  filter: readonly number[],
  attrs: Convolved['attrs'],
  depthwise: boolean,
  seed: number,
): Convolved => {
  const { strides, dilations, pad, dimRoundingMode, dataFormat } = attrs
  const format = tf.backend_util.convertConv2DDataFormat(dataFormat)
  const [of, by] = [x, filter] as unknown as [[number, number, number, number], [number, number, number, number]]
  const info = tf.backend_util.computeConv2DInfo
  const { outShape } = info(of, by, strides, dilations, pad, dimRoundingMode, depthwise, format)
  const dy = outShape.some((n) => n < 0) ? [0, 0, 0, 0] : outShape
  return { x: numbers(x, seed), filter: numbers(filter, seed + 1), dy: numbers(dy, seed + 2), attrs }
}

export const magnitudes = ({ shape, values }: Numbers): Numbers => ({
  shape,
  values: Float32Array.from(values, Math.abs),
})

/** Σ a·b */
export const dot = (a: Numbers, b: Numbers): number =>
  Array.from(a.values).reduce((sum, x, i) => sum + x * (b.values[i] as number), 0)
