import fc from 'fast-check'
import { chain, linear, type Schedule, warmup } from 'gradus/schedule'
import { describe, expect, test } from 'vitest'
import { duration, schedule, step, value } from '../../laws/drawn/arbitrary.ts'

const positive = fc.double({ min: 1e-3, max: 10, noNaN: true })

describe('warmup', () => {
  test('is chain([n, linear from `from` to s(0)], s)', () => {
    fc.assert(
      fc.property(duration, value, schedule, step, (n, from, s, t) => {
        const found = warmup(n, { from })(s)(t)
        const expected = chain([n, linear({ from, to: s(0), over: n })], s)(t)
        expect(Math.abs(found - expected)).toBeLessThan(1e-12)
      }),
    )
  })

  test("reaches the schedule's start at n, and is the schedule itself, n later", () => {
    fc.assert(
      fc.property(duration, schedule, step, (n, s, t) => {
        expect(Math.abs(warmup(n)(s)(n) - s(0))).toBeLessThan(1e-12)
        expect(warmup(n)(s)(n + 1 + t)).toBe(s(1 + t))
      }),
    )
  })

  test('starts at 0 if nothing is said', () => {
    fc.assert(
      fc.property(duration, schedule, (n, s) => {
        expect(warmup(n)(s)(0)).toBe(0)
      }),
    )
  })

  test('of shape exponential has equal factors, of shape constant stays at `from`', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 50 }), positive, positive, (n, from, to) => {
        const s = warmup(n, { from, shape: 'exponential' })(to)
        for (let t = 0; t < n; t++) expect(s(t + 1) / s(t)).toBeCloseTo((to / from) ** (1 / n), 10)
        expect(s(n)).toBeCloseTo(to, 10)
        for (let t = 0; t <= n; t++) expect(warmup(n, { from, shape: 'constant' })(to)(t)).toBe(from)
        expect(warmup(n, { from, shape: 'constant' })(to)(n + 1)).toBe(to)
      }),
    )
  })

  test.each<[string, () => Schedule, string]>([
    ['n = 0', () => warmup(0)(1), 'schedule.warmup: n is 0, expected 0 < n < ∞'],
    ['from = NaN', () => warmup(1, { from: Number.NaN })(1), 'schedule.warmup: from is NaN, expected a finite number'],
    [
      'an exponential from 0',
      () => warmup(1, { shape: 'exponential' })(1),
      'schedule.warmup: from is 0, expected 0 < from < ∞',
    ],
    [
      'another shape',
      () => warmup(1, { shape: 'round' as never })(1),
      'schedule.warmup: shape is "round", expected one of linear, cosine, sqrt, exponential, constant',
    ],
    [
      'what is no schedule',
      () => warmup(1)('x' as never),
      'schedule.warmup: a schedule is "x", expected a function t => number, or a finite number',
    ],
  ])('refuses %s', (_, make, message) => {
    expect(make).toThrow(new TypeError(message))
  })

  test.each(['toString', 'constructor', '__proto__'])('refuses the shape %s, which every object has', (shape) => {
    expect(() => warmup(1, { shape: shape as never })).toThrow('schedule.warmup: shape is')
  })
})
