import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { erf } from '../../src/expr/erf.ts'

/** Abramowitz & Stegun, table 7.1; ten digits. */
const TABLE: readonly (readonly [x: number, erf: number])[] = [
  [0, 0],
  [0.02, 0.0225645747],
  [0.1, 0.112462916],
  [0.2, 0.2227025892],
  [0.3, 0.3286267595],
  [0.4, 0.428392355],
  [0.5, 0.5204998778],
  [0.6, 0.6038560908],
  [0.7, 0.6778011938],
  [0.8, 0.7421009647],
  [0.9, 0.7969082124],
  [1, 0.8427007929],
  [1.1, 0.8802050696],
  [1.2, 0.9103139782],
  [1.3, 0.9340079449],
  [1.4, 0.9522851198],
  [1.5, 0.9661051465],
  [1.6, 0.9763483833],
  [1.7, 0.9837904586],
  [1.8, 0.9890905016],
  [1.9, 0.9927904292],
  [2, 0.995322265],
]

/** Known to sixteen digits. */
const EXACT: readonly (readonly [x: number, erf: number])[] = [
  [0.5, 0.5204998778130465],
  [1, 0.8427007929497149],
  [2, 0.9953222650189527],
  [2.5, 0.999593047982555],
  [3, 0.9999779095030014],
  [1e-10, 1.1283791670955126e-10],
]

const number = fc.oneof(fc.double({ noNaN: true }), fc.double({ min: -7, max: 7, noNaN: true }))

describe('erf', () => {
  test.each(TABLE)('of %d is the tabulated %d', (x, expected) => {
    expect(Math.abs(erf(x) - expected)).toBeLessThanOrEqual(0.5e-9)
  })

  test.each(EXACT)('of %d is %d to 1e-15', (x, expected) => {
    expect(Math.abs(erf(x) / expected - 1)).toBeLessThan(1e-15)
  })

  test('is odd, between −1 and 1, and does not fall', () => {
    fc.assert(
      fc.property(number, number, (x, y) => {
        expect(erf(-x)).toBe(-erf(x))
        expect(Math.abs(erf(x))).toBeLessThanOrEqual(1)
        const [low, high] = [Math.min(x, y), Math.max(x, y)]
        expect(erf(low)).toBeLessThanOrEqual(erf(high) * (1 + Math.sign(erf(high)) * 5e-15))
      }),
    )
  })

  test('is never beyond 1, nor falls by more than its error, from 0 to 7 in steps of a thousandth', () => {
    let last = 0
    for (let i = 0; i <= 7000; i++) {
      const next = erf(i / 1000)
      expect(next).toBeLessThanOrEqual(1)
      expect(next).toBeGreaterThan(last - 5e-15)
      last = next
    }
    expect(last).toBe(1)
  })

  test('ends: at ±∞ it is ±1, at NaN it is NaN, and at −0 it is −0', () => {
    expect([erf(Infinity), erf(-Infinity), erf(6), erf(-40)]).toEqual([1, -1, 1, -1])
    expect(erf(Number.NaN)).toBeNaN()
    expect(Object.is(erf(-0), -0)).toBe(true)
  })

  test('has 2/√π · e^(−x²) as its slope', () => {
    for (let x = -3; x <= 3; x += 0.37) {
      const h = 1e-4
      const slope = (erf(x + h) - erf(x - h)) / (2 * h)
      expect(slope).toBeCloseTo((2 / Math.sqrt(Math.PI)) * Math.exp(-x * x), 7)
    }
  })
})
