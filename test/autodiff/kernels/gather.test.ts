import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { useWasm } from 'gradus/wasm'
import { beforeAll, expect, test } from 'vitest'
import { gatherV2 } from '../../../src/autodiff/kernels/gather.ts'
import { alive } from '../../backends.ts'
import { numbers } from '../../convolved.ts'
import { confined } from '../../heap.ts'
import { lineOf, type Numbers, onCpu, onWasm } from '../../oncpu.ts'

beforeAll(() => useWasm())

const upTo = (max: number, min = 0) => fc.integer({ min, max })
const integers = (shape: readonly number[], values: readonly number[]): Numbers => ({ shape, values, dtype: 'int32' })

const cases = fc
  .record({
    shape: fc.array(upTo(5, 1), { minLength: 1, maxLength: 4 }),
    wide: upTo(40, 1),
    axis: upTo(3),
    batchDims: upTo(2),
    more: fc.array(upTo(4), { maxLength: 2 }),
    seed: upTo(2 ** 30),
  })
  .chain(({ shape: [...shape], wide, axis: at, batchDims: most, more, seed }) => {
    shape.push(wide)
    const axis = Math.min(at, shape.length - 1)
    const batchDims = Math.min(most, axis)
    const ids = [...shape.slice(0, batchDims), ...more]
    const count = ids.reduce((a, b) => a * b, 1)
    return fc
      .array(upTo((shape[axis] as number) - 1), { minLength: count, maxLength: count })
      .map((values) => ({ x: numbers(shape, seed), indices: integers(ids, values), attrs: { axis, batchDims } }))
  })

test('rows along any axis are copied as on the CPU back end', () => {
  fc.assert(
    fc.property(cases, ({ x, indices, attrs }) => {
      expect(onWasm('GatherV2', { x, indices }, attrs)).toEqual(onCpu('GatherV2', { x, indices }, attrs))
    }),
    { numRuns: 300 },
  )
})

test('integers and truth values too', () => {
  tf.tidy(() => {
    const ids = tf.tensor1d([2, 0, 2], 'int32')
    const integer = tf.gather(tf.tensor2d([1, 2, 3, 4, 5, -6], [3, 2], 'int32'), ids)
    expect([integer.dtype, integer.arraySync()]).toEqual([
      'int32',
      [
        [5, -6],
        [1, 2],
        [5, -6],
      ],
    ])
    const truth = tf.gather(tf.tensor2d([1, 0, 0, 0, 1, 1], [3, 2], 'bool'), ids)
    expect([truth.dtype, truth.arraySync()]).toEqual([
      'bool',
      [
        [1, 1],
        [1, 0],
        [1, 1],
      ],
    ])
  })
})

test('nothing is read or written outside', () => {
  fc.assert(
    fc.property(cases, fc.boolean(), ({ x, indices, attrs }, shared) => {
      const made = onWasm('GatherV2', { x, indices }, attrs)
      for (const last of ['x', 'indices', 'out'])
        expect(confined(gatherV2, { x, indices }, attrs, last, shared)).toEqual({ made, confined: true })
    }),
    { numRuns: 25 },
  )
})

test('a mistake is named, and leaves nothing', () => {
  const x = numbers([3, 2], 1)
  const said = (indices: Numbers, attrs: object = {}) =>
    lineOf(() => onWasm('GatherV2', { x, indices }, { axis: 0, batchDims: 0, ...attrs }))
  const before = alive()
  expect(said(integers([2], [1, 3]))).toBe('gather: an index is 3, expected 0 to 2')
  expect(said(integers([2], [-1, 0]))).toBe('gather: an index is -1, expected 0 to 2')
  expect(said(integers([2], [1, 0]), { axis: 1, batchDims: 1 })).toMatch(/^gather: x\.shape\[0\]/)
  expect(said({ shape: [1], values: [1] })).toBe('gather: indices is float32, expected int32')
  expect(said(integers([2], [1, 2]))).toBe('')
  expect(alive()).toEqual(before)
})
