import fc from 'fast-check'
import { chain, constant, type Schedule } from 'gradus/schedule'
import { describe, expect, test } from 'vitest'
import { duration, schedule, step } from '../../laws/drawn/arbitrary.ts'

const expectSame = (a: Schedule, b: Schedule, until = 300) => {
  for (let t = 0; t <= until; t++) expect(a(t)).toBe(b(t))
}

describe('chain', () => {
  test('is t ≤ d ? a(t) : b(t − d): each piece on its own clock', () => {
    fc.assert(
      fc.property(schedule, duration, schedule, step, (a, d, b, t) => {
        expect(chain([d, a], b)(t)).toBe(t <= d ? a(t) : b(t - d))
      }),
    )
  })

  test('makes exactly d updates of its first piece: 1 to d', () => {
    const updates = (d: number) => Array.from({ length: 10 }, (_, i) => chain([d, constant(1)], constant(2))(i + 1))
    for (let d = 0; d <= 9; d++) expect(updates(d).filter((x) => x === 1)).toHaveLength(d)
  })

  test('gives the boundary to the piece that ends there', () => {
    fc.assert(
      fc.property(schedule, duration, schedule, (a, d, b) => {
        const both = chain([d, a], b)
        expect(both(d)).toBe(a(d))
        expect(both(d + 1)).toBe(b(1))
        expect(both(0)).toBe(a(0))
      }),
    )
  })

  test('is associative', () => {
    fc.assert(
      fc.property(schedule, duration, schedule, duration, schedule, (a, d, b, e, c) => {
        expectSame(chain([d, a], chain([e, b], c)), chain([d, a], [e, b], c))
        expectSame(chain([d + e, chain([d, a], b)], c), chain([d, a], [e, b], c))
      }),
    )
  })

  test('of one piece is that piece, and a piece of no duration makes no update', () => {
    fc.assert(
      fc.property(schedule, schedule, (a, b) => {
        expectSame(chain(a), a)
        for (let t = 1; t <= 50; t++) expect(chain([0, a], b)(t)).toBe(b(t))
      }),
    )
  })

  test('takes numbers for schedules that are always they', () => {
    expect([0, 1, 2, 3, 4].map(chain([2, 5], 7))).toEqual([5, 5, 5, 7, 7])
  })

  test('has durations that are no whole numbers, too', () => {
    expect([1, 2, 3].map(chain([1.5, 1], (t) => t))).toEqual([1, 0.5, 1.5])
  })

  test.each<[string, () => Schedule, string]>([
    ['a negative duration', () => chain([-1, 1], 2), 'schedule.chain: duration is -1, expected 0 ≤ duration < ∞'],
    ['an endless piece', () => chain([Infinity, 1], 2), 'schedule.chain: duration is Infinity, expected 0 ≤ duration'],
    [
      'a piece without duration',
      () => chain(1 as never, 2),
      'schedule.chain: a piece is 1, expected [duration, schedule]',
    ],
    [
      'no pieces',
      () => chain(...([] as unknown as [number])),
      'schedule.chain: a schedule is undefined, expected a function',
    ],
    [
      'a last piece with a duration',
      () => chain([1, 1], [2, 2] as never),
      'schedule.chain: a schedule is an array of 2',
    ],
    [
      'NaN for a schedule',
      () => chain([1, Number.NaN], 2),
      'schedule.chain: a schedule is NaN, expected a function t => number',
    ],
  ])('refuses %s', (_, make, message) => {
    expect(make).toThrow(TypeError)
    expect(make).toThrow(message)
  })
})
