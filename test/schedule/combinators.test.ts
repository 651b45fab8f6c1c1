import fc from 'fast-check'
import { type Schedule, schedule as s } from 'gradus'
import { describe, expect, test } from 'vitest'
import { duration, schedule, step, value } from '../../laws/drawn/arbitrary.ts'

/** Each combinator at one t, said in another way. */
const holds = (
  make: (of: Schedule, n: number, x: number) => Schedule,
  at: (of: Schedule, t: number, n: number, x: number) => number,
) =>
  fc.assert(
    fc.property(schedule, duration, value, step, (of, n, x, t) => {
      expect(make(of, n, x)(t)).toBe(at(of, t, n, x))
    }),
  )

describe('combinators of values', () => {
  const other =
    (n: number): Schedule =>
    (t) =>
      Math.cos(n * t)

  test('scale', () =>
    holds(
      (of, _, x) => s.scale(x)(of),
      (of, t, _, x) => x * of(t),
    ))
  test('offset', () =>
    holds(
      (of, _, x) => s.offset(x)(of),
      (of, t, _, x) => of(t) + x,
    ))
  test('map', () =>
    holds(
      (of) => s.map(Math.abs)(of),
      (of, t) => Math.abs(of(t)),
    ))
  test('add', () =>
    holds(
      (of, n) => s.add(other(n))(of),
      (of, t, n) => of(t) + other(n)(t),
    ))
  test('mul', () =>
    holds(
      (of, n) => s.mul(other(n))(of),
      (of, t, n) => of(t) * other(n)(t),
    ))
  test('min', () =>
    holds(
      (of, n) => s.min(other(n))(of),
      (of, t, n) => Math.min(of(t), other(n)(t)),
    ))
  test('max', () =>
    holds(
      (of, n) => s.max(other(n))(of),
      (of, t, n) => Math.max(of(t), other(n)(t)),
    ))
  test('clamp', () =>
    holds(
      (of, n, x) => s.clamp(x, x + n)(of),
      (of, t, n, x) => Math.min(x + n, Math.max(x, of(t))),
    ))

  test('have the units of their monoids, exactly', () => {
    fc.assert(
      fc.property(schedule, step, (of, t) => {
        for (const { empty, concat } of [s.MonoidSum, s.MonoidProduct, s.MonoidMin, s.MonoidMax]) {
          expect(concat(empty, of)(t)).toBe(of(t) + 0)
          expect(concat(of, empty)(t)).toBe(of(t) + 0)
        }
      }),
    )
  })

  test('clamp may leave one value', () => expect(s.clamp(2, 2)(3)(7)).toBe(2))

  test('take numbers on both sides', () => {
    expect([s.add(2)(3)(7), s.mul(2)(3)(7), s.min(2)(3)(7), s.max(2)(3)(7), s.clamp(0, 1)(3)(7)]).toEqual([
      5, 6, 2, 3, 1,
    ])
  })
})

describe('combinators of time', () => {
  test('delay', () =>
    holds(
      (of, n) => s.delay(n)(of),
      (of, t, n) => (t < n ? of(0) : of(t - n)),
    ))
  test('stretch', () =>
    holds(
      (of, n) => s.stretch(n)(of),
      (of, t, n) => of(t / n),
    ))
  test('reverse', () =>
    holds(
      (of, n) => s.reverse(n)(of),
      (of, t, n) => (t > n ? of(0) : of(n - t)),
    ))
  test('hold', () =>
    holds(
      (of, n) => s.hold(n)(of),
      (of, t, n) => (t > n ? of(n) : of(t)),
    ))
  test('zeroBased', () =>
    holds(
      (of) => s.zeroBased(of),
      (of, t) => of(t - 1),
    ))

  test('reverse turns round, twice', () => {
    fc.assert(
      fc.property(schedule, duration, (of, n) => {
        for (let t = 0; t <= n; t++) expect(s.reverse(n)(s.reverse(n)(of))(t)).toBe(of(t))
      }),
    )
  })

  test('staircase and zeroBased are the stairs of those who count from 0', () => {
    fc.assert(
      fc.property(duration, fc.integer({ min: 1, max: 300 }), (n, t) => {
        const theirs = (count: number) => 0.5 ** Math.floor(count / n)
        expect(s.staircase(n)(s.exponential({ from: 1, rate: 0.5, over: n }))(t)).toBeCloseTo(
          s.zeroBased(theirs)(t),
          12,
        )
      }),
    )
  })
})

describe('linearScaling', () => {
  test('is base · batch / 256, reached in a line on the schedule’s own clock', () => {
    fc.assert(
      fc.property(schedule, duration, duration, step, (of, k, over, t) => {
        expect(s.linearScaling({ batch: 256 * k })(of)(t)).toBe(of(t) * k)
        const warm = s.linearScaling({ batch: 32 * k, reference: 32, over })(of)
        expect(warm(0)).toBe(of(0))
        expect(warm(t)).toBeCloseTo(t < over ? of(t) * (1 + ((k - 1) * t) / over) : of(t) * k, 9)
      }),
    )
  })
})
