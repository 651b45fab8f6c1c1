import '@tensorflow/tfjs'
import fc from 'fast-check'
import { useWasm } from 'gradus/wasm'
import { beforeAll, expect, test } from 'vitest'
import { unsortedSegmentSum } from '../../../src/autodiff/kernels/segmentsum.ts'
import { alive } from '../../backends.ts'
import { numbers } from '../../convolved.ts'
import { confined } from '../../heap.ts'
import { apart, lineOf, type Numbers, onCpu, onWasm } from '../../oncpu.ts'

beforeAll(() => useWasm())

const upTo = (max: number, min = 0) => fc.integer({ min, max })
const integers = (shape: readonly number[], values: readonly number[]): Numbers => ({ shape, values, dtype: 'int32' })

/** Rows and their segments, some of which there are not; ids that are as many as rows, or go along last axes as well. */
const cases = fc
  .record({
    rows: upTo(12, 1),
    inner: fc.array(upTo(5, 1), { maxLength: 3 }),
    more: upTo(3),
    narrow: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
    segments: upTo(6, 1),
    seed: upTo(2 ** 30),
  })
  .chain(({ rows, inner, more, narrow, segments, seed }) => {
    const last = more === 0 ? [] : inner.slice(-more)
    // An axis of one on either side is repeated.
    const shape = [rows, ...last.map((n, i) => (narrow[i] ? 1 : n))]
    const count = shape.reduce((a, b) => a * b, 1)
    const x = numbers([rows, ...inner.map((n, i) => (narrow[3] && i === inner.length - 1 ? 1 : n))], seed)
    return fc
      .array(upTo(segments + 2, -3), { minLength: count, maxLength: count })
      .map((values) => ({ x, segmentIds: integers(shape, values), segments }))
  })

const call = ({ x, segmentIds, segments }: { x: Numbers; segmentIds: Numbers; segments: number }) =>
  ['UnsortedSegmentSum', { x, segmentIds }, { numSegments: segments }] as const

test('rows are added up as on the CPU back end', () => {
  fc.assert(
    fc.property(cases, (c) => {
      expect(apart(onWasm(...call(c)), onCpu(...call(c)), 10)).toBeLessThan(1e-6)
    }),
    { numRuns: 400 },
  )
})

test('wide rows, exactly', () => {
  const row = (n: number) => Array.from({ length: 37 }, (_, i) => n * 100 + i)
  const x = { shape: [4, 37], values: [row(1), row(2), row(3), row(4)].flat() }
  const segmentIds = integers([4], [2, 0, 2, -1])
  const { values } = onWasm(...call({ x, segmentIds, segments: 3 }))
  const both = row(1).map((n, i) => n + (row(3)[i] as number))
  expect(Array.from(values)).toEqual([...row(2), ...row(0).fill(0), ...both])
})

test('a NaN reaches its own segment only, and a row of no segment none', () => {
  const x = { shape: [3, 2], values: [Number.NaN, 1, 2, 3, Number.POSITIVE_INFINITY, 4] }
  const { values } = onWasm(...call({ x, segmentIds: integers([3], [1, 0, 9]), segments: 3 }))
  expect(Array.from(values)).toEqual([2, 3, Number.NaN, 1, 0, 0])
})

test('no rows, no segments', () => {
  const none = { x: numbers([0, 3], 1), segmentIds: integers([0], []), segments: 2 }
  expect(onWasm(...call(none))).toEqual({ shape: [2, 3], values: new Float32Array(6) })
  const nowhere = { x: numbers([2, 3], 1), segmentIds: integers([2], [0, 1]), segments: 0 }
  expect(onWasm(...call(nowhere)).shape).toEqual([0, 3])
})

test('nothing is read or written outside', () => {
  fc.assert(
    fc.property(cases, fc.boolean(), (c, shared) => {
      const [name, inputs, attrs] = call(c)
      const made = onWasm(name, inputs, attrs)
      for (const last of ['x', 'segmentIds', 'out'])
        expect(confined(unsortedSegmentSum, inputs, attrs, last, shared)).toEqual({ made, confined: true })
    }),
    { numRuns: 25 },
  )
})

test('a mistake is named, and leaves nothing', () => {
  const c = { x: numbers([3, 2], 1), segmentIds: integers([3], [0, 1, 1]), segments: 2 }
  const before = alive()
  const said = (changed: Partial<typeof c>) => lineOf(() => onWasm(...call({ ...c, ...changed })))
  expect(said({ x: { ...c.x, dtype: 'int32' } })).toBe('unsortedSegmentSum: x is int32, expected float32')
  expect(said({ segmentIds: { ...c.segmentIds, dtype: 'float32' } })).toBe(
    'unsortedSegmentSum: segmentIds is float32, expected int32',
  )
  expect(said({ segments: -1 })).toBe('unsortedSegmentSum: numSegments is -1, expected a whole number, 0 or more')
  expect(said({ segmentIds: integers([2], [0, 1]) })).toMatch(/^unsortedSegmentSum: .*3,2/)
  expect(said({ x: { shape: [], values: [1] }, segmentIds: integers([], [0]) })).toMatch(
    /^unsortedSegmentSum: x is \[\]/,
  )
  expect(said({})).toBe('')
  expect(alive()).toEqual(before)
})
