import fc from 'fast-check'
import {
  chain,
  keepNonnegative,
  type Optimizer,
  projectBall,
  projectBox,
  projectGlobalBall,
  sgd,
  simulate,
} from 'gradus'
import { describe, expect, test } from 'vitest'

type Theta = { readonly a: Float64Array; readonly b: Float64Array }
const number = fc.double({ min: -10, max: 10, noNaN: true })
const vector = fc.array(number, { minLength: 2, maxLength: 2 }).map((x) => Float64Array.from(x))
const theta: fc.Arbitrary<Theta> = fc.record({ a: vector, b: vector })
const size = fc.double({ min: 0.1, max: 20, noNaN: true })

/** Where a step of −g from θ ends. */
const end = (optimizer: Optimizer, from: Theta, g: Theta): Theta => {
  for (const { params } of simulate(chain(sgd({ lr: 1 }), optimizer), from, [g])) return params
  throw new Error('there is an update')
}
const numbers = ({ a, b }: Theta) => [...a, ...b]
const norm = (x: Iterable<number>) => Math.hypot(...x)
const distance = (x: Theta, y: Theta) => norm(numbers(x).map((xi, i) => xi - (numbers(y)[i] as number)))
const free = (from: Theta, g: Theta) => end(chain(), from, g)
const ROUNDING = 1e-13

describe.each([
  ['keepNonnegative', () => keepNonnegative(), (x: Theta) => numbers(x).every((xi) => xi >= 0)],
  [
    'projectBox',
    (r: number) => projectBox({ lower: -r, upper: 2 * r }),
    (x: Theta, r: number) =>
      numbers(x).every((xi) => xi >= -r - ROUNDING * r - ROUNDING && xi <= 2 * r + ROUNDING * 10),
  ],
  [
    'projectBall',
    (radius: number) => projectBall({ radius }),
    ({ a, b }: Theta, r: number) => Math.max(norm(a), norm(b)) <= r + ROUNDING * 100,
  ],
  [
    'projectGlobalBall',
    (radius: number) => projectGlobalBall({ radius }),
    (x: Theta, r: number) => norm(numbers(x)) <= r + ROUNDING * 100,
  ],
] as const satisfies readonly (readonly [string, (size: number) => Optimizer, (x: Theta, size: number) => boolean])[])(
  '%s',
  (_, make, within) => {
    test('ends in its set', () => {
      fc.assert(
        fc.property(theta, theta, size, (from, g, r) => {
          expect(within(end(make(r), from, g), r)).toBe(true)
        }),
      )
    })

    test('leaves a step that ends well within as it is', () => {
      fc.assert(
        fc.property(theta, theta, size, (from, p, r) => {
          const inside = (x: number) => r * (0.01 + (0.9 * Math.abs(x)) / (norm(numbers(p)) + 1))
          const g = {
            a: from.a.map((x, i) => x - inside(p.a[i] as number)),
            b: from.b.map((x, i) => x - inside(p.b[i] as number)),
          }
          expect(end(make(r), from, g)).toEqual(free(from, g))
        }),
      )
    })

    test('ends at the point of the set that is nearest to where the step would have ended', () => {
      fc.assert(
        fc.property(theta, theta, theta, size, (from, g, other, r) => {
          fc.pre(within(other, r))
          const there = free(from, g)
          expect(distance(end(make(r), from, g), there)).toBeLessThanOrEqual(distance(other, there) + ROUNDING * 1000)
        }),
      )
    })
  },
)

describe('the sets', () => {
  const from = { a: Float64Array.of(3, 4), b: Float64Array.of(0, 0.5) }
  const g = { a: Float64Array.of(0, 0), b: Float64Array.of(0, 0) }
  const rounded = (x: Theta) => numbers(x).map((xi) => Math.round(xi * 1e6) / 1e6)

  test('a box has two sides, of which one may be open', () => {
    expect(rounded(end(projectBox({ lower: 1 }), from, g))).toEqual([3, 4, 1, 1])
    expect(rounded(end(projectBox({ upper: 1 }), from, g))).toEqual([1, 1, 0, 0.5])
    expect(() => projectBox({ lower: 2, upper: 1 })).toThrow(
      'projectBox: lower is 2 and upper is 1, expected lower ≤ upper',
    )
    expect(() => projectBox({ lower: Number.NaN })).toThrow(
      'projectBox: lower is NaN, expected a number or an infinity',
    )
  })

  test('a ball is that of each tensor, a global one that of the tree; of radius 0 it is a point', () => {
    expect(rounded(end(projectBall({ radius: 1 }), from, g))).toEqual([0.6, 0.8, 0, 0.5])
    const radius = Math.sqrt(25.25) / 2
    expect(rounded(end(projectGlobalBall({ radius }), from, g))).toEqual([1.5, 2, 0, 0.25])
    expect(rounded(end(projectBall({ radius: 0 }), { ...from, b: g.b }, g))).toEqual([0, 0, 0, 0])
    expect(() => projectBall({ radius: -1 })).toThrow('projectBall: radius is -1, expected 0 ≤ radius < ∞')
  })
})
