import '@tensorflow/tfjs'
import fc from 'fast-check'
import { useWasm } from 'gradus/wasm'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  depthwiseBackpropFilter,
  depthwiseBackpropInput,
  depthwiseConv2d,
} from '../../../src/autodiff/kernels/depthwise.ts'
import { alive } from '../../backends.ts'
import { type Convolved, convolved, dot, drawn, magnitudes } from '../../convolved.ts'
import { confined } from '../../heap.ts'
import { apart, largest, lineOf, type Numbers, onCpu, onWasm } from '../../oncpu.ts'

beforeAll(() => useWasm())

type Call = (c: Convolved) => readonly [name: string, inputs: Readonly<Record<string, Numbers>>, attrs: object]

/** What tfjs's gradients pass. */
const filterCall: Call = ({ x, dy, filter, attrs: { dataFormat: _, ...attrs } }) => [
  'DepthwiseConv2dNativeBackpropFilter',
  { x, dy },
  { ...attrs, filterShape: filter.shape },
]
const inputCall: Call = ({ x, dy, filter, attrs: { dataFormat: _, ...attrs } }) => [
  'DepthwiseConv2dNativeBackpropInput',
  { dy, filter },
  { ...attrs, inputShape: x.shape },
]

const forwardCall: Call = ({ x, filter, attrs }) => ['DepthwiseConv2dNative', { x, filter }, attrs]

const plain = { strides: [1, 1], pad: 'same', dataFormat: 'NHWC', dilations: [1, 1] } as Convolved['attrs']

/** The largest error, relative to the largest sum of the terms' magnitudes. */
const error = (call: Call, c: Convolved): number => {
  const terms = { ...c, x: magnitudes(c.x), dy: magnitudes(c.dy), filter: magnitudes(c.filter) }
  return apart(onWasm(...call(c)), onCpu(...call(c)), largest(onCpu(...call(terms))))
}

/** The filter of a convolution that does the same: 0 between a channel and the filters of others. */
const apartFromOthers = ({ shape, values }: Numbers): Numbers => {
  const [height, width, into, many] = shape as [number, number, number, number]
  const all = new Float32Array(height * width * into * into * many)
  for (const [i, x] of Array.from(values).entries()) {
    const channel = Math.floor(i / many)
    all[channel * into * many + (channel % into) * many + (i % many)] = x
  }
  return { shape: [height, width, into, into * many], values: all }
}

/** ⟨dY, conv(X, W)⟩ against ⟨dW, W⟩ and ⟨X, dX⟩: the kernels are the forward kernel's adjoints. */
const expectAdjoint = (c: Convolved): void => {
  // The CPU back end's depthwise kernel does not dilate and stride at once, its convolution does.
  const forward = (x: Numbers, filter: Numbers) => onCpu('Conv2D', { x, filter: apartFromOthers(filter) }, c.attrs)
  const made = forward(c.x, c.filter)
  expect(apart(onWasm(...forwardCall(c)), made, largest(forward(magnitudes(c.x), magnitudes(c.filter))))).toBeLessThan(
    1e-5,
  )
  const expected = dot(c.dy, made)
  const scale = dot(magnitudes(c.dy), forward(magnitudes(c.x), magnitudes(c.filter))) || 1
  expect(Math.abs(dot(onWasm(...filterCall(c)), c.filter) - expected) / scale).toBeLessThan(1e-5)
  expect(Math.abs(dot(onWasm(...inputCall(c)), c.x) - expected) / scale).toBeLessThan(1e-5)
}

describe('the gradients of a depthwise convolution', () => {
  test('are those of the CPU back end, which does not dilate', () => {
    fc.assert(
      fc.property(convolved({ depthwise: true, channels: 40 }), (c) => {
        expect(error(filterCall, c)).toBeLessThan(1e-5)
        expect(error(inputCall, c)).toBeLessThan(1e-5)
      }),
      { numRuns: 100 },
    )
  })

  test('are the adjoints of the forward kernel, dilated too, and that is a convolution that keeps channels apart', () => {
    fc.assert(fc.property(convolved({ depthwise: true, dilation: 4, channels: 20 }), expectAdjoint), { numRuns: 200 })
  })

  test('take null for no dilation, as layers pass it', () => {
    const c = drawn([1, 5, 5, 3], [3, 3, 3, 2], plain, true, 1)
    const without = { ...c, attrs: { ...plain, dilations: null as never } }
    for (const call of [forwardCall, filterCall, inputCall])
      expect(onWasm(...call(without))).toEqual(onWasm(...call(c)))
  })

  test('are 0 for a batch of no images', () => {
    const c = drawn([0, 5, 5, 2], [3, 3, 2, 2], plain, true, 1)
    expect(onWasm(...filterCall(c))).toEqual({ shape: [3, 3, 2, 2], values: new Float32Array(36) })
    expect(onWasm(...inputCall(c))).toEqual({ shape: [0, 5, 5, 2], values: new Float32Array(0) })
  })
})

describe('memory', () => {
  test('nothing is read or written outside', () => {
    fc.assert(
      fc.property(convolved({ depthwise: true, dilation: 3, channels: 20 }), fc.boolean(), (c, shared) => {
        for (const [kernel, call, names] of [
          [depthwiseConv2d, forwardCall, ['x', 'filter', 'out']],
          [depthwiseBackpropFilter, filterCall, ['x', 'dy', 'out']],
          [depthwiseBackpropInput, inputCall, ['dy', 'filter', 'out']],
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
    const c = drawn([2, 5, 5, 2], [3, 3, 2, 4], plain, true, 1)
    const wrong = { ...c, dy: { ...c.dy, shape: [2, 5, 4, 10] } }
    const once = () => {
      for (const call of [filterCall, inputCall]) {
        onWasm(...call(c))
        expect(lineOf(() => onWasm(...call(wrong)))).not.toBe('')
      }
    }
    once()
    const before = alive()
    for (let i = 0; i < 20; i++) once()
    expect(alive()).toEqual(before)
  })
})

test('a mistake is named', () => {
  const c = drawn([2, 5, 5, 2], [3, 3, 2, 4], plain, true, 1)
  const said = (changed: Partial<Convolved>, call: Call) => lineOf(() => onWasm(...call({ ...c, ...changed })))
  expect(said({ dy: { shape: [2, 5, 5, 4], values: new Float32Array(200) } }, filterCall)).toBe(
    'depthwiseConv2dNativeBackpropFilter: dy is [2,5,5,4], expected [2,5,5,8]',
  )
  expect(said({ filter: { shape: [3, 3, 4, 2], values: new Float32Array(72) } }, inputCall)).toBe(
    'depthwiseConv2dNativeBackpropInput: a filter [3,3,4,2] for x [2,5,5,2], expected 2 channels in',
  )
  expect(said({ attrs: { ...plain, dataFormat: 'NCHW' }, x: { ...c.x, shape: [2, 2, 5, 5] } }, forwardCall)).toBe(
    'depthwiseConv2d: dataFormat is NCHW, expected NHWC',
  )
  expect(said({ dy: { ...c.dy, dtype: 'int32' } }, inputCall)).toBe(
    'depthwiseConv2dNativeBackpropInput: dy is int32, expected float32',
  )
})
