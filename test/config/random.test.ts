import fc from 'fast-check'
import { show } from 'gradus'
import { expect, test } from 'vitest'
import { decodeOptimizer, encodeOptimizer, type Json } from '../../src/config/index.ts'
import { names, optimizers } from './arbitrary.ts'

/** Half of 2,000 random values are JSON of any kind, half are configurations of which something was changed. */
const KEYS = [
  '__proto__',
  'constructor',
  'toString',
  'lr',
  'chain',
  'from',
  '0',
  '',
  'a\nb',
  ...names('schedule').slice(0, 9),
]
const key = fc.oneof(fc.constantFrom(...KEYS, ...names('optimizer')), fc.string())
const own = (entries: readonly (readonly [string, Json])[]): Json =>
  JSON.parse(`{${entries.map(([k, x]) => `${JSON.stringify(k)}:${JSON.stringify(x)}`).join()}}`)
const leaf = fc.oneof(
  fc.constantFrom(null, true, '', 'Infinity', 0, -1, 1e308, 1.5),
  fc.string(),
  fc.double().map((x) => (Number.isFinite(x) ? x : 0)),
)
const { value: json } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie('value')), { minLength: 1, maxLength: 2 }).map(own),
  ),
}))

const deep = fc
  .tuple(fc.integer({ min: 1, max: 40_000 }), fc.constantFrom('chain', 'every', '', '__proto__'))
  .map(([n, k]) => {
    let value: Json = {}
    for (let i = 0; i < n; i += 1) value = k === '' ? [value] : { [k]: k === 'every' ? [1, value] : [value] }
    return value
  })

const misspelt = (name: string, i: number): string =>
  name.slice(0, i) +
  name
    .slice(i, i + 2)
    .split('')
    .reverse()
    .join('') +
  name.slice(i + 2)

/** One place of a value, a few steps in, is something else. */
const changed = (value: Json, way: readonly number[], other: Json): Json => {
  const [step = 0, ...rest] = way
  if (typeof value !== 'object' || value === null || rest.length === 0) return other
  if (Array.isArray(value)) return value.map((x, i) => (i === step % value.length ? changed(x, rest, other) : x))
  const entries = Object.entries(value)
  return own(
    entries.flatMap(([k, x], i): readonly (readonly [string, Json])[] => {
      if (i !== step % entries.length) return [[k, x]]
      if (step % 7 === 0) return [[misspelt(k, step % 5), x]]
      if (step % 11 === 0) return []
      return [[k, changed(x, rest, other)]]
    }),
  )
}
const nearlyRight = fc
  .tuple(optimizers, fc.array(fc.nat(100), { minLength: 1, maxLength: 7 }), fc.oneof(json, optimizers))
  .map(([config, way, other]) => changed(config, way, other))

/** RUNS=100000 tries as many. */
const RUNS = Number(process.env.RUNS ?? 2000)

test(`${RUNS} random values give an optimizer, or a line that says what is wrong, and nothing else`, () => {
  const counts = { Left: 0, Right: 0 }
  fc.assert(
    fc.property(
      fc.oneof({ weight: 10, arbitrary: json }, { weight: 10, arbitrary: nearlyRight }, { weight: 1, arbitrary: deep }),
      (value) => {
        const decoded = decodeOptimizer(value)
        counts[decoded._tag] += 1
        if (decoded._tag === 'Right') {
          expect(encodeOptimizer(decoded.right)._tag).toBe('Right')
          return
        }
        const line = show(decoded.left)
        if (!/^config: [^\n]+$/.test(line) || !/ is |: /.test(line) || line.length > 3000)
          throw new Error(`not readable: ${line}`)
      },
    ),
    { numRuns: RUNS },
  )
  expect(counts.Right).toBeGreaterThan(RUNS / 20)
  expect(counts.Left).toBeGreaterThan(RUNS / 4)
  expect(Object.keys(Object.prototype)).toEqual([])
}, 900_000)

test('what is no JSON is told, too', () => {
  fc.assert(
    fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }), (value) => {
      const decoded = decodeOptimizer(value)
      if (decoded._tag === 'Left') expect(show(decoded.left)).toMatch(/^config: [^\n]+$/)
    }),
  )
})
