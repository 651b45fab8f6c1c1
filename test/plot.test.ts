import fc from 'fast-check'
import { plot } from 'gradus/plot'
import { chain, constant, cosine, linear, type Schedule } from 'gradus/schedule'
import { describe, expect, test } from 'vitest'
import { schedule } from '../laws/drawn/arbitrary.ts'

/** The tags of a document, in order. Throws where it is not well formed. */
const tags = (xml: string): readonly string[] => {
  const open: string[] = []
  const all: string[] = []
  for (const match of xml.matchAll(/<(\/?)([a-zA-Z]+)(?: [\w:-]+="[^"<]*")* ?(\/?)>|[^<]+|</g)) {
    const [token, end, name, empty] = match
    const closes = end ? open.pop() : name
    if (token === '<' || closes !== name || /&(?!(?:#\d+|\w+);)/.test(token))
      throw new Error(`not well formed: ${xml.slice(match.index, match.index + 200)}`)
    if (!name) continue
    if (!end) all.push(name)
    if (!end && !empty) open.push(name)
  }
  if (open.length > 0) throw new Error(`not closed: ${open}`)
  return all
}

/** The corners of its lines. */
const linesOf = (svg: string): readonly (readonly (readonly [x: number, y: number])[])[] =>
  [...svg.matchAll(/<path d="([^"]*)"[^>]*stroke-width="2"/g)]
    .map(([, d = '']) => d.split(/[ML]/).slice(1))
    .map((points) =>
      points.map((point) => point.trim().split(/[ ,]/).map(Number) as unknown as readonly [number, number]),
    )
    .filter((points) => points.length > 2)

describe('the line of a plot', () => {
  test('has the schedule’s values for heights, and updates from left to right', () => {
    fc.assert(
      fc.property(schedule, fc.integer({ min: 61, max: 250 }), fc.nat(1000), (s, updates, from) => {
        const to = from + updates
        const [line = []] = linesOf(plot(s, { from, to }))
        const values = Array.from({ length: updates + 1 }, (_, i) => s(from + i))
        const [low, high] = [Math.min(...values), Math.max(...values)]
        fc.pre(high - low > 1e-3)
        expect(line.length).toBe(values.length)
        const height = ([, y]: readonly [number, number]) => y
        const [bottom, top] = [height(line[values.indexOf(low)] as never), height(line[values.indexOf(high)] as never)]
        for (const [i, [x, y]] of line.entries()) {
          expect(Math.abs(x - (64 + (544 * i) / updates))).toBeLessThan(0.6)
          expect(Math.abs(y - (bottom + ((top - bottom) * ((values[i] as number) - low)) / (high - low)))).toBeLessThan(
            0.6,
          )
        }
        expect(top).toBeLessThan(bottom)
      }),
      { numRuns: 25 },
    )
  })

  test('steps where there are few updates', () => {
    const [line = []] = linesOf(plot(chain([5, 1], 0.5), { to: 10 }))
    for (const [i, [x, y]] of line.slice(1).entries()) expect(x === line[i]?.[0] || y === line[i]?.[1]).toBe(true)
    expect(new Set(line.map(([, y]) => y)).size).toBe(2)
  })

  test('steps half way between two updates, of up to sixty', () => {
    const falls = (to: number) => {
      const [line = []] = linesOf(plot(chain([5, 1], 0.5), { to }))
      return line.slice(1).flatMap(([x, y], i) => (y !== line[i]?.[1] ? [line[i]?.[0], x] : []))
    }
    for (const to of [10, 60]) {
      const half = 64 + (544 * 5.5) / to
      for (const x of falls(to)) expect(Math.abs((x as number) - half)).toBeLessThan(0.6)
    }
    expect(Math.abs((falls(61)[0] as number) - (64 + (544 * 5) / 61))).toBeLessThan(0.6)
  })

  test('is level where values are equal but for rounding, and where they are 0', () => {
    for (const s of [0, (t: number) => 0.1 * (1 + (t % 2) * 1e-15)]) {
      const [line = []] = linesOf(plot(s, { to: 90 }))
      expect(line.length).toBe(91)
      expect(new Set(line.map(([, y]) => y)).size).toBe(1)
    }
  })

  test('is one for each schedule that is compared', () => {
    const svg = plot({ a: linear({ from: 1, over: 90 }), b: (t) => t / 90, c: 0.5 }, { to: 90, title: 'three' })
    expect(linesOf(svg).length).toBe(3)
    for (const name of ['a', 'b', 'c', 'three']) expect(svg).toContain(`>${name}</text>`)
  })

  test('keeps a spike among many updates', () => {
    const ys = (s: Schedule) => (linesOf(plot(s, { to: 4000 }))[0] ?? []).map(([, y]) => y)
    expect(Math.min(...ys((t) => (t === 1717 ? 5 : 1)))).toBeLessThan(Math.max(...ys((t) => (t === 1717 ? 5 : 1))) - 50)
    expect(plot((t) => (t === 1717 ? 5 : 1), { to: 4000 })).toContain('>5</text>')
  })
})

/** ECharts keeps texts as keys of plain objects. */
const words = fc.string().filter((text) => text !== '__proto__')

test('a plot is well-formed, whatever it is called, and tells in words what it shows', () => {
  fc.assert(
    fc.property(words, words, words, (title, name, label) => {
      fc.pre(name !== '')
      const svg = plot({ [name]: cosine({ from: 1, over: 9 }), flat: 0 }, { to: 9, title, label })
      expect(tags(svg).slice(0, 3)).toEqual(['svg', 'title', 'desc'])
      expect(svg).toContain('cosine({ from: 1, over: 9 })')
      expect(svg).toContain('role="img"')
      expect(svg).not.toMatch(/<script|href|id=|url\(/)
    }),
    { examples: [['<b>&"', '<&>', '"']] },
  )
})

test('has a size, a title and a name where nothing is said, and no key for one schedule', () => {
  const svg = plot({ one: 1 }, { to: 9 })
  expect(svg).toMatch(/^<svg [^>]*width="640" height="260"/)
  expect(svg).toContain('<title>schedule</title>')
  expect(svg).not.toContain('>one</text>')
  expect(plot(1, { to: 9, title: 'a\u0001b' })).not.toContain('\u0001')
})

test('the axis begins at 0, unless values are not far from each other', () => {
  const zero = (s: Schedule | number) => plot(s, { from: 10, to: 90 }).includes('>0</text>')
  expect([5, linear({ from: 5, to: 1, over: 90 }), linear({ from: 10, to: 9, over: 90 })].map(zero)).toEqual([
    true,
    true,
    false,
  ])
})

test('the same arguments give the same text, whatever was drawn before', () => {
  const draw = () => plot({ a: 1, b: constant(2) }, { to: 100, title: 'a' })
  const first = draw()
  plot(cosine({ from: 1, over: 70 }), { to: 70 })
  expect(draw()).toBe(first)
})

test('values of any size have an axis, in their own size', () => {
  for (const size of [1e-320, 1e-100, 1e-5, 1, 1e5, 1e100, 1e300])
    for (const s of [linear({ from: size, over: 90 }), constant(size), constant(-size), constant(0)])
      expect(tags(plot(s, { to: 90 })).length).toBeGreaterThan(10)
  expect(plot(linear({ from: 3e-4, over: 90 }), { to: 90 })).toContain('>2e-4</text>')
  expect(plot(linear({ from: 3e7, over: 90 }), { to: 90 })).toContain('>2e7</text>')
  expect(plot((t) => 0.1 + 1e-17 * t, { to: 90 })).toContain('>0.1</text>')
})

test('no more than 4096 of 2³¹ updates are looked at', () => {
  let looks = 0
  const svg = plot((t) => 1 / (1 + t) + 0 * looks++, { to: 2 ** 31 })
  expect(looks).toBeLessThanOrEqual(4096)
  expect(svg).toContain('2,000,000,000')
})

test.each<[string, () => string, string]>([
  ['no end', () => plot(1, { to: 0 }), 'plot: to is 0, expected a whole number greater than from, which is 0'],
  ['a start before 0', () => plot(1, { from: -1, to: 4 }), 'plot: from is -1, expected a whole number from 0 on'],
  ['nothing', () => plot({}, { to: 4 }), 'plot: there is no schedule in {}, expected one or more, by name'],
  ['null', () => plot(null as never, { to: 4 }), 'plot: a schedule is null, expected a function t => number'],
  ['NaN', () => plot((t) => 0 / (t - 7), { to: 9 }), 'plot: t => … is NaN at t = 7, expected a finite number'],
  ['∞', () => plot({ a: (t) => 1 / t }, { to: 9 }), 'plot: a: t => … is Infinity at t = 0, expected a finite number'],
])('refuses %s', (_, make, message) => {
  expect(make).toThrow(TypeError)
  expect(make).toThrow(message)
})
