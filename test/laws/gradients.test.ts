import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Drawn, type History, histories, vectors } from '../../laws/drawn/gradients.ts'
import { simplerNumber } from '../../laws/drawn/simpler.ts'

const drawn = (options: Drawn = {}): readonly History[] => fc.sample(histories(options), { seed: 5, numRuns: 2000 })

/** What makes optimizers fail, and how often a hundred histories have it at least. */
const KINDS: Readonly<Record<string, readonly [of: (gs: History) => boolean, percent: number]>> = {
  'a 0': [(gs) => gs.flat().includes(0), 30],
  'a coordinate that is dead': [(gs) => gs.length > 1 && [0, 1, 2].some((k) => gs.every((g) => g[k] === 0)), 10],
  'a constant': [(gs) => gs.length > 2 && gs.every((g) => g.join() === gs[0]?.join() && g.some((a) => a !== 0)), 5],
  'a change of sign at every step': [
    (gs) => gs.length > 2 && gs.every((g, i) => i === 0 || g.every((a, k) => a === -(gs[i - 1]?.[k] as number) + 0)),
    5,
  ],
  'a spike': [
    (gs) => {
      const sizes = gs.map((g) => Math.max(...g.map(Math.abs)))
      const [most = 0, next = 0] = [...sizes].sort((a, b) => b - a)
      return gs.length > 2 && most > 10 * next
    },
    5,
  ],
  'one step only': [(gs) => gs.length === 1, 5],
  'eight steps': [(gs) => gs.length === 8, 5],
  'a sum that is 0': [
    (gs) =>
      gs.length > 1 && gs[0]?.some((a, k) => a !== 0 && gs.reduce((s, g) => s + (g[k] as number), 0) === 0) === true,
    5,
  ],
  'all numbers dyadic, so that products with powers of two are exact': [
    (gs) => gs.flat().every((a) => Number.isInteger(a * 2 ** 20)),
    5,
  ],
}

describe('gradients that are drawn', () => {
  test.each(Object.entries(KINDS))('have %s', (_, [of, percent]) => {
    const all = drawn()
    expect(all.filter(of).length).toBeGreaterThan((percent / 100) * all.length)
  })

  test('are as large and as small as is asked, and not otherwise', () => {
    const sizes = (options: Drawn) =>
      drawn(options)
        .flat(2)
        .filter((a) => a !== 0)
        .map(Math.abs)
    expect(Math.max(...sizes({ scale: 20 }))).toBeGreaterThan(2 ** 24)
    expect(Math.min(...sizes({ scale: 20 }))).toBeLessThan(2 ** -24)
    expect(Math.max(...sizes({}))).toBeLessThan(2 ** 20)
  })

  test('have 0s only where they may', () => {
    expect(drawn({ zero: 'nowhere' }).flat(2)).not.toContain(0)
    const later = drawn({ zero: 'later' })
    expect(later.flatMap((gs) => gs[0] ?? [])).not.toContain(0)
    expect(later.flat(2)).toContain(0)
    expect(fc.sample(vectors({ zero: 'nowhere' }), 500).flat()).not.toContain(0)
  })

  test('have the length and the size that is asked', () => {
    for (const gs of drawn({ n: 5, min: 3, max: 4 })) {
      expect([3, 4]).toContain(gs.length)
      for (const g of gs) expect(g).toHaveLength(5)
    }
  })
})

/** The way down from a value, always by the first that is simpler. */
const shrunk = <A>(of: fc.Arbitrary<A>, value: A, still: (a: A) => boolean): A => {
  for (const { value: next } of of.shrink(value, undefined)) if (still(next)) return shrunk(of, next, still)
  return value
}

describe('gradients are made simpler', () => {
  test('down to one step of 0s, or of 1s where no 0 may be', () => {
    for (const gs of drawn().slice(0, 50)) {
      expect(shrunk(histories(), gs, () => true)).toEqual([[0, 0, 0]])
      expect(shrunk(histories({ min: 2 }), [...gs, [1, 2, 3]], () => true)).toHaveLength(2)
    }
    for (const gs of drawn({ zero: 'nowhere' }).slice(0, 50))
      expect(shrunk(histories({ zero: 'nowhere' }), gs, () => true)).toEqual([[1, 1, 1]])
  })

  test('as far as they still show what is wrong', () => {
    const steep = (gs: History) => gs.some((g) => (g[1] as number) < -3)
    for (const gs of drawn().filter(steep).slice(0, 50)) {
      const [g, ...rest] = shrunk(histories(), gs, steep)
      expect(rest).toEqual([])
      expect([-4, -5, -6, -7, -8]).toContain(g?.[1])
    }
  })

  test('number by number, and that ends', () => {
    fc.assert(
      fc.property(fc.double({ min: -(2 ** 1000), max: 2 ** 1000, noNaN: true }), (x) => {
        let [now, steps] = [x, 0]
        for (let next = simplerNumber(now, { zero: false }); next.length > 0; steps++) {
          now = next.at(-1) as number
          next = simplerNumber(now, { zero: false })
        }
        expect(steps).toBeLessThan(1200)
        expect([0, 1]).toContain(Math.abs(now))
      }),
    )
    expect(simplerNumber(Number.NaN)).toEqual([])
    expect(simplerNumber(0)).toEqual([])
  })
})
