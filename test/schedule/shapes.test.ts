import fc from 'fast-check'
import { constant, cosine, linear, type Schedule } from 'gradus/schedule'
import { describe, expect, test } from 'vitest'
import { duration, step, value } from '../../laws/drawn/arbitrary.ts'

describe('constant', () => {
  test('is always its value', () => {
    fc.assert(
      fc.property(value, step, (x, t) => {
        expect(constant(x)(t)).toBe(x)
      }),
    )
  })
})

describe.each([
  ['linear', linear],
  ['cosine', cosine],
])('%s', (name, make) => {
  const near = (a: number, b: number) => expect(Math.abs(a - b)).toBeLessThan(1e-12)

  test('is `from` at 0, and `to` at its end and after it', () => {
    fc.assert(
      fc.property(value, value, duration, fc.nat(1000), (from, to, over, more) => {
        const s = make({ from, to, over })
        near(s(0), from)
        near(s(over), to)
        near(s(over + more), to)
      }),
    )
  })

  test('is half way at half its time', () => {
    fc.assert(
      fc.property(value, value, duration, (from, to, over) => {
        near(make({ from, to, over })(over / 2), (from + to) / 2)
      }),
    )
  })

  test('goes one way only, and stays between its ends', () => {
    fc.assert(
      fc.property(value, value, duration, step, (from, to, over, t) => {
        const s = make({ from, to, over })
        const direction = Math.sign(to - from)
        expect(direction * (s(t + 1) - s(t))).toBeGreaterThanOrEqual(-1e-12)
        expect(s(t)).toBeGreaterThanOrEqual(Math.min(from, to) - 1e-12)
        expect(s(t)).toBeLessThanOrEqual(Math.max(from, to) + 1e-12)
      }),
    )
  })

  test('ends at 0 if nothing is said', () => {
    expect(make({ from: 3, over: 10 })(10)).toBe(0)
  })

  test.each<[string, unknown, string]>([
    ['over', 0, '0, expected 0 < over < ∞'],
    ['over', -5, '-5, expected 0 < over < ∞'],
    ['over', Infinity, 'Infinity, expected 0 < over < ∞'],
    ['over', undefined, 'undefined, expected 0 < over < ∞'],
    ['from', Number.NaN, 'NaN, expected a finite number'],
    ['from', '1', '"1", expected a finite number'],
    ['to', Infinity, 'Infinity, expected a finite number'],
  ])('refuses %s = %s', (option, x, said) => {
    expect(() => make({ from: 1, to: 0, over: 10, [option]: x })).toThrow(
      new TypeError(`schedule.${name}: ${option} is ${said}`),
    )
  })
})

describe('the formulas', () => {
  const samples = (s: Schedule) => [0, 1, 2, 3, 4, 5].map(s)

  test('linear is from + (to − from) · t / over', () => {
    expect(samples(linear({ from: 1, to: 3, over: 4 }))).toEqual([1, 1.5, 2, 2.5, 3, 3])
  })

  test('cosine is to + (from − to) · (1 + cos(π · t / over)) / 2', () => {
    fc.assert(
      fc.property(value, value, duration, step, (from, to, over, t) => {
        const expected = to + ((from - to) * (1 + Math.cos((Math.PI * Math.min(t, over)) / over))) / 2
        expect(Math.abs(cosine({ from, to, over })(t) - expected)).toBeLessThan(1e-12)
      }),
    )
  })

  test('constant refuses what is no finite number', () => {
    expect(() => constant(Number.NaN)).toThrow(
      new TypeError('schedule.constant: value is NaN, expected a finite number'),
    )
  })
})
