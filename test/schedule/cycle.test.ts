import fc from 'fast-check'
import { cycle, linear, type Schedule } from 'gradus/schedule'
import { describe, expect, test } from 'vitest'
import { duration, schedule, step } from '../../laws/drawn/arbitrary.ts'

describe('cycle', () => {
  test('is s(((t − 1) mod n) + 1) for t ≥ 1, and s(0) at 0', () => {
    fc.assert(
      fc.property(duration, schedule, step, (n, s, t) => {
        expect(cycle(n)(s)(t)).toBe(t === 0 ? s(0) : s(((t - 1) % n) + 1))
      }),
    )
  })

  test('has n updates of s, again and again', () => {
    expect(Array.from({ length: 8 }, (_, i) => cycle(3)((t) => t)(i))).toEqual([0, 1, 2, 3, 1, 2, 3, 1])
  })

  test('of a length that is no whole number ends at its multiples', () => {
    expect([1, 2, 3, 4, 5, 6].map(cycle(2.5)((t) => t))).toEqual([1, 2, 0.5, 1.5, 2.5, 1])
  })

  test('has, with decay, a k-th cycle that is decayᵏ as high', () => {
    const decay = fc.double({ min: 0, max: 2, noNaN: true })
    fc.assert(
      fc.property(duration, decay, schedule, step, (n, decay, s, t) => {
        fc.pre(t > 0)
        const k = Math.ceil(t / n) - 1
        expect(cycle(n, { decay })(s)(t)).toBe(decay ** k * s(t - k * n))
      }),
    )
  })

  test('has, with growth, a k-th cycle that is n · growthᵏ long, of the same shape', () => {
    const growth = fc.constantFrom(1.5, 2, 3, 0.5)
    fc.assert(
      fc.property(duration, growth, schedule, step, (n, growth, s, t) => {
        fc.pre(t > 0 && t < 1.99 * n * (growth < 1 ? 1 : Infinity))
        let start = 0
        let k = 0
        while (t > start + n * growth ** k) start += n * growth ** k++
        const found = cycle(n, { growth })(s)(t)
        expect(Math.abs(found - s((t - start) / growth ** k))).toBeLessThan(1e-9)
      }),
    )
  })

  test('ends its cycles at n, 3n, 7n with growth 2', () => {
    const s = cycle(4, { growth: 2 })(linear({ from: 1, to: 0, over: 4 }))
    expect([4, 12, 28].map(s)).toEqual([0, 0, 0])
    expect([5, 13].map(s)).toEqual([0.875, 0.9375])
  })

  test('has, with both, cycles that are longer and lower', () => {
    const s = cycle(2, { growth: 2, decay: 0.5 })((t) => t)
    expect([1, 2, 3, 4, 5, 6, 7].map(s)).toEqual([1, 2, 0.25, 0.5, 0.75, 1, 0.0625])
  })

  test('goes on, and stays finite, where shrinking cycles have an end', () => {
    const s = cycle(4, { growth: 0.5 })(linear({ from: 1, over: 4 }))
    for (const t of [7, 8, 9, 100, 1e6]) expect(Number.isFinite(s(t))).toBe(true)
  })

  test.each<[string, () => Schedule, string]>([
    ['n = 0', () => cycle(0)(1), 'schedule.cycle: n is 0, expected 0 < n < ∞'],
    ['growth = 0', () => cycle(1, { growth: 0 })(1), 'schedule.cycle: growth is 0, expected 0 < growth < ∞'],
    ['decay = NaN', () => cycle(1, { decay: Number.NaN })(1), 'schedule.cycle: decay is NaN, expected a finite number'],
    ['what is no schedule', () => cycle(1)(null as never), 'schedule.cycle: a schedule is null, expected a function'],
  ])('refuses %s', (_, make, message) => {
    expect(make).toThrow(TypeError)
    expect(make).toThrow(message)
  })
})
