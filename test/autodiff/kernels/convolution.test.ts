import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { useWasm } from 'gradus/wasm'
import { beforeAll, describe, expect, test } from 'vitest'
import { conv2d, conv2dBackpropFilter, conv2dBackpropInput } from '../../../src/autodiff/kernels/convolution.ts'
import { address, type WasmBackend } from '../../../src/kernel/heap.ts'
import { alive } from '../../backends.ts'
import { type Convolved, convolved, dot, drawn, magnitudes } from '../../convolved.ts'
import { confined } from '../../heap.ts'
import { apart, largest, lineOf, type Numbers, onCpu, onWasm } from '../../oncpu.ts'

beforeAll(() => useWasm())

/** What tfjs's gradients pass, and `dilations` besides. */
type Call = (c: Convolved) => readonly [name: string, inputs: Readonly<Record<string, Numbers>>, attrs: object]

const filterCall: Call = ({ x, dy, filter, attrs }) => [
  'Conv2DBackpropFilter',
  { x, dy },
  { ...attrs, filterShape: filter.shape },
]
const inputCall: Call = ({ x, dy, filter, attrs }) => [
  'Conv2DBackpropInput',
  { dy, filter },
  { ...attrs, inputShape: x.shape },
]

const forwardCall: Call = ({ x, filter, attrs }) => ['Conv2D', { x, filter }, attrs]

const formats = ['NHWC', 'NCHW'] as const

/** The largest error, relative to the largest sum of the terms' magnitudes. */
const error = (call: Call, c: Convolved): number => {
  const terms = { ...c, x: magnitudes(c.x), dy: magnitudes(c.dy), filter: magnitudes(c.filter) }
  return apart(onWasm(...call(c)), onCpu(...call(c)), largest(onCpu(...call(terms))))
}

/** ⟨dY, conv(X, W)⟩ against ⟨dW, W⟩ and ⟨X, dX⟩: the kernels are the forward kernel's adjoints. */
const expectAdjoint = (c: Convolved): void => {
  const forward = (x: Numbers, filter: Numbers) => onCpu('Conv2D', { x, filter }, c.attrs)
  const expected = dot(c.dy, forward(c.x, c.filter))
  const scale = dot(magnitudes(c.dy), forward(magnitudes(c.x), magnitudes(c.filter))) || 1
  expect(Math.abs(dot(onWasm(...filterCall(c)), c.filter) - expected) / scale).toBeLessThan(1e-5)
  expect(Math.abs(dot(onWasm(...inputCall(c)), c.x) - expected) / scale).toBeLessThan(1e-5)
}

describe('a convolution', () => {
  test('is that of the CPU back end: where tfjs’s own makes zeros or writes past the end, too', () => {
    fc.assert(
      fc.property(convolved({ formats, dilation: 3 }), (c) => {
        expect(error(forwardCall, c)).toBeLessThan(1e-5)
      }),
      { numRuns: 300 },
    )
  })

  test('takes a filter as it is, after it was written in place', () => {
    const backend = tf.backend() as WasmBackend
    const [x, filter] = [tf.ones<tf.Rank.R4>([1, 4, 4, 2]), tf.ones<tf.Rank.R4>([3, 3, 2, 1])]
    const before = tf.conv2d(x, filter, 1, 'valid')
    const at = address(backend, filter.dataId) / 4
    backend.wasm.HEAPF32.fill(2, at, at + filter.size)
    const after = tf.conv2d(x, filter, 1, 'valid')
    expect([before.dataSync()[0], after.dataSync()[0]]).toEqual([18, 36])
    tf.dispose([x, filter, before, after])
  })
})

describe('the gradients of a convolution', () => {
  test('are those of the CPU back end', () => {
    fc.assert(
      fc.property(convolved({ formats }), (c) => {
        expect(error(filterCall, c)).toBeLessThan(1e-5)
        expect(error(inputCall, c)).toBeLessThan(1e-5)
      }),
      { numRuns: 300 },
    )
  })

  test('are the adjoints of the forward kernel, dilated too', () => {
    fc.assert(fc.property(convolved({ formats, dilation: 3 }), expectAdjoint), { numRuns: 200 })
  })

  test('of a size that is rounded up, which tfjs’s gradient does not pass on', () => {
    const attrs = { strides: [2, 2], pad: 0, dataFormat: 'NHWC', dilations: [1, 1], dimRoundingMode: 'ceil' } as const
    const c = drawn([2, 6, 6, 3], [3, 3, 3, 4], attrs as never, false, 5)
    expect(c.dy.shape).toEqual([2, 3, 3, 4])
    expectAdjoint(c)
    const { dimRoundingMode: _, ...passed } = attrs
    const told = onWasm(...filterCall(c))
    expect(onWasm(...filterCall({ ...c, attrs: passed as never }))).toEqual(told)
  })

  /** Larger than a piece: some rows of an image, several images, a row that is one piece already; and filters of 1 × 1. */
  test.each([
    ['rows of an image', [2, 40, 40, 32], [3, 3, 32, 3], 1],
    ['images together', [20, 7, 7, 40], [3, 3, 40, 5], 1],
    ['a row of places', [1, 3, 300, 100], [3, 3, 100, 2], 1],
    ['strides', [3, 31, 30, 20], [5, 4, 20, 17], 2],
    ['1 × 1', [3, 20, 20, 24], [1, 1, 24, 18], 1],
    ['1 × 1 with strides', [3, 20, 20, 24], [1, 1, 24, 18], 2],
  ])('in pieces: %s', (_, x, filter, stride) => {
    for (const dataFormat of formats) {
      const [batch, height, width, channels] = x as [number, number, number, number]
      const shape = dataFormat === 'NHWC' ? x : [batch, channels, height, width]
      const strides: [number, number] = [stride, stride]
      const c = drawn(shape, filter, { strides, pad: 'same', dataFormat, dilations: [1, 1] }, false, 7)
      expectAdjoint(c)
      expect(error(forwardCall, c)).toBeLessThan(1e-5)
    }
  })

  test('are 0 where a place has no image, or a batch none', () => {
    const attrs = { strides: [1, 1], pad: 'same', dataFormat: 'NHWC', dilations: [1, 1] } as Convolved['attrs']
    const c = drawn([0, 5, 5, 2], [3, 3, 2, 4], attrs, false, 1)
    expect(onWasm(...filterCall(c))).toEqual({ shape: [3, 3, 2, 4], values: new Float32Array(72) })
    expect(onWasm(...inputCall(c))).toEqual({ shape: [0, 5, 5, 2], values: new Float32Array(0) })
  })

  test('to the last bit every time', () => {
    fc.assert(
      fc.property(convolved({ formats }), (c) => {
        expect(onWasm(...filterCall(c))).toEqual(onWasm(...filterCall(c)))
        expect(onWasm(...inputCall(c))).toEqual(onWasm(...inputCall(c)))
      }),
      { numRuns: 30 },
    )
  })
})

describe('memory', () => {
  test('nothing is read or written outside', () => {
    fc.assert(
      fc.property(convolved({ formats, dilation: 2 }), fc.boolean(), (c, shared) => {
        for (const [kernel, call, names] of [
          [conv2d, forwardCall, ['x', 'filter', 'out']],
          [conv2dBackpropFilter, filterCall, ['x', 'dy', 'out']],
          [conv2dBackpropInput, inputCall, ['dy', 'filter', 'out']],
        ] as const) {
          const [name, inputs, attrs] = call(c)
          const expected = onWasm(name, inputs, attrs)
          for (const last of names)
            expect(confined(kernel, inputs, attrs, last, shared)).toEqual({ made: expected, confined: true })
        }
      }),
      { numRuns: 12 },
    )
  })

  test('nothing is left behind, in failing calls neither', () => {
    const attrs = { strides: [1, 1], pad: 'same', dataFormat: 'NHWC', dilations: [1, 1] } as Convolved['attrs']
    const c = drawn([2, 5, 5, 2], [3, 3, 2, 4], attrs, false, 1)
    const once = () => {
      onWasm(...filterCall(c))
      onWasm(...inputCall(c))
      expect(lineOf(() => onWasm(...filterCall({ ...c, dy: { ...c.dy, shape: [2, 5, 4, 5] } })))).not.toBe('')
      expect(lineOf(() => onWasm(...inputCall({ ...c, dy: { ...c.dy, shape: [2, 5, 4, 5] } })))).not.toBe('')
    }
    once()
    const before = alive()
    for (let i = 0; i < 20; i++) once()
    expect(alive()).toEqual(before)
  })
})

describe('a mistake is named', () => {
  const attrs = { strides: [1, 1], pad: 'same', dataFormat: 'NHWC', dilations: [1, 1] } as Convolved['attrs']
  const c = drawn([2, 5, 5, 2], [3, 3, 2, 4], attrs, false, 1)
  const said = (changed: Partial<Convolved>, call = filterCall) => lineOf(() => onWasm(...call({ ...c, ...changed })))

  test('shapes that do not fit', () => {
    expect(said({ dy: { shape: [2, 4, 5, 4], values: new Float32Array(160) } })).toBe(
      'conv2dBackpropFilter: dy is [2,4,5,4], expected [2,5,5,4]',
    )
    expect(said({ filter: { shape: [3, 3, 3, 4], values: new Float32Array(108) } }, inputCall)).toBe(
      'conv2dBackpropInput: a filter [3,3,3,4] for x [2,5,5,2], expected 2 channels in',
    )
    expect(said({ x: { shape: [5, 5, 2], values: new Float32Array(50) } })).toBe(
      'conv2dBackpropFilter: x is [5,5,2], expected a batch of images, of rank 4',
    )
  })

  test('filters larger than the image', () => {
    const small = drawn([1, 3, 3, 2], [3, 3, 2, 1], { ...attrs, pad: 'valid' }, false, 1)
    const filter = { shape: [6, 6, 2, 1], values: new Float32Array(72) }
    expect(lineOf(() => onWasm(...forwardCall({ ...small, filter })))).toBe(
      'conv2d: a filter [6,6,2,1] for x [1,3,3,2], expected one no larger than the padded image',
    )
  })

  test('numbers that are not float32, paddings that are none', () => {
    expect(said({ x: { ...c.x, dtype: 'int32' } })).toBe('conv2dBackpropFilter: x is int32, expected float32')
    expect(said({ attrs: { ...attrs, pad: 'some' as never } })).toBe(
      'conv2dBackpropFilter: Unknown padding parameter: some',
    )
  })
})
