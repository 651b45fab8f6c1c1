import fc from 'fast-check'
import { clip, clipByGlobalNorm, simulate } from 'gradus'
import { describe, expect, test } from 'vitest'

/** 0, or of a size between 1e-6 and 1e6: no square underflows. */
const number = fc
  .tuple(fc.constantFrom(-1, 0, 1), fc.double({ min: -6, max: 6, noNaN: true }))
  .map(([sign, power]) => sign * 10 ** power)
const numbers = fc.array(number, { minLength: 1, maxLength: 8 })
const gradient = fc.record({ a: numbers, b: fc.tuple(numbers, numbers) }).map(({ a, b: [x, y] }) => ({
  a: Float64Array.from(a),
  b: [Float64Array.from(x), Float64Array.from(y)] as const,
}))
const limit = fc.double({ min: 1e-3, max: 1e3, noNaN: true })

type Gradient = { readonly a: Float64Array; readonly b: readonly [Float64Array, Float64Array] }
const transformed = (optimizer: ReturnType<typeof clip>, g: Gradient): Gradient => {
  for (const { delta } of simulate(optimizer, g, [g])) return delta
  throw new Error('there is an update')
}
const all = ({ a, b: [x, y] }: Gradient) => [...a, ...x, ...y]
const norm = (g: Gradient) => Math.hypot(...all(g))

describe('clip', () => {
  test('leaves what is within the limit, and makes the rest the limit', () => {
    fc.assert(
      fc.property(gradient, limit, (g, c) => {
        const expected = all(g).map((x) => Math.max(-c, Math.min(c, x)))
        expect(all(transformed(clip(c), g))).toEqual(expected)
      }),
    )
  })

  test('twice is clip once', () => {
    fc.assert(
      fc.property(gradient, limit, (g, c) => {
        const once = transformed(clip(c), g)
        expect(transformed(clip(c), once)).toEqual(once)
      }),
    )
  })
})

describe('clipByGlobalNorm', () => {
  test('leaves a gradient whose norm is within the limit', () => {
    fc.assert(
      fc.property(gradient, (g) => {
        expect(transformed(clipByGlobalNorm(norm(g) * (1 + 1e-12) + 1e-300), g)).toEqual(g)
      }),
    )
  })

  test('gives any other the limit for its norm, and its direction', () => {
    fc.assert(
      fc.property(gradient, limit, (g, c) => {
        fc.pre(norm(g) > c)
        const clipped = transformed(clipByGlobalNorm(c), g)
        expect(Math.abs(norm(clipped) / c - 1)).toBeLessThan(1e-12)
        const factor = c / norm(g)
        for (const [i, x] of all(clipped).entries())
          expect(Math.abs(x - (all(g)[i] as number) * factor)).toBeLessThanOrEqual(1e-12 * c)
      }),
    )
  })

  test('leaves a gradient of zeros', () => {
    const zero = { a: new Float64Array(3), b: [new Float64Array(0), new Float64Array(1)] as const }
    expect(transformed(clipByGlobalNorm(1), zero)).toEqual(zero)
  })
})
