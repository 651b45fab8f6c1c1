import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inFloat32 } from '../../laws/arithmetic/float32.ts'
import { holds, type Interval, intervals, most, near, point, sum } from '../../laws/arithmetic/interval.ts'
import { leavesOf, pointOf } from '../../laws/run/run.ts'
import type { Op } from '../../src/expr/expr.ts'
import { arithmetic } from '../../src/expr/number.ts'
import { optimizers } from '../optimizers.ts'

const numbers = fc
  .oneof(
    fc.double({ min: -100, max: 100, noNaN: true }),
    fc.integer({ min: -4, max: 4 }),
    fc.constantFrom(2 ** -140, 2 ** 120, 1e-30, -1e30),
  )
  .map(Math.fround)

/** As a back end has it: rounded, and what is too small is 0 there or not. */
const rounded = (x: number): readonly number[] => {
  const y = Math.fround(x)
  return y !== 0 && Math.abs(y) < 2 ** -126 ? [y, 0] : [y]
}

const within = (interval: Interval, x: number): boolean => rounded(x).every((y) => holds(interval, y))

describe.each(Object.entries(intervals))('%s', (op, f) => {
  const exactly = arithmetic[op as Op] as (...x: readonly number[]) => number
  const applied = f as (...x: readonly Interval[]) => Interval

  test('of numbers has what float32 makes of it, and of intervals what it makes of any number in them', () => {
    const between = fc.tuple(numbers, numbers, fc.constantFrom(0, 0.3, 1))
    fc.assert(
      fc.property(fc.array(between, { minLength: exactly.length, maxLength: exactly.length }), (given) => {
        expect(within(applied(...given.map(([a]) => point(a))), exactly(...given.map(([a]) => a)))).toBe(true)
        const wide = given.map(([a, b]) => ({
          lo: Math.min(point(a).lo, point(b).lo),
          hi: Math.max(point(a).hi, point(b).hi),
          nan: false,
        }))
        const some = given.map(([a, b, c]) => Math.min(Math.max(a, b), Math.max(Math.min(a, b), a + c * (b - a))))
        expect(within(applied(...wide), exactly(...some))).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })
})

test('a sum has every order of its terms, a maximum is one of them', () => {
  fc.assert(
    fc.property(fc.array(numbers, { minLength: 1 }), (terms) => {
      const inFloat = (xs: readonly number[]) => xs.reduce((a, b) => Math.fround(a + b), 0)
      expect(holds(sum(terms.map(point)), inFloat(terms))).toBe(true)
      expect(holds(sum(terms.map(point)), inFloat([...terms].reverse()))).toBe(true)
      expect(most(terms.map(point))).toEqual(point(Math.max(...terms)))
    }),
  )
})

test('what is exact is exact, and the rest is narrow', () => {
  expect(intervals.mul(point(0), near(0.1))).toEqual(point(0))
  expect(intervals.sub(point(3), point(0.5))).toEqual(point(2.5))
  expect(intervals.gt(point(2), near(0.1))).toEqual(point(1))
  const third = intervals.div(point(1), point(3))
  expect(third.hi - third.lo).toBeLessThan(2 ** -22)
})

/** So that the law that needs them can fail. */
test.each(Object.entries(optimizers))('the bounds of %s are narrow', (_, { init, rule }) => {
  const layout = { w: [3, 2], b: [2] }
  const [theta, g] = [
    [0.5, -2, 3, 1, -1, 0.25, 2, -3],
    [1, -0.5, 3, 0.125, -2, 1, 0.75, 4],
  ]
  const bounds = inFloat32(rule as NonNullable<typeof rule>)(
    init(leavesOf(layout, theta as number[]) as never),
    leavesOf(layout, g as number[]),
    1,
    pointOf(layout, theta as number[], g as number[], 2),
  )
  for (const { lo, hi } of [...bounds.slots.flat(2), ...bounds.delta.flat()])
    if (lo !== hi) expect(hi - lo).toBeLessThan(1e-3 * Math.max(1e-3, Math.abs(lo + hi)))
})
