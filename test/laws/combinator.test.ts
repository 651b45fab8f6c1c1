import fc from 'fast-check'
import { pipe } from 'fp-ts/lib/function.js'
import * as reader from 'fp-ts/lib/Reader.js'
import { type Schedule, schedule as s } from 'gradus'
import { describe, expect, test } from 'vitest'
import { schedule, step, value } from '../../laws/drawn/arbitrary.ts'
import { Refuted } from '../../laws/refuted.ts'
import * as combinators from '../../laws/schedule/combinators.ts'
import { mutants } from './mutants/schedules.ts'

const messageOf = (f: () => void): string => {
  try {
    f()
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(Refuted)
    return (thrown as Refuted).message
  }
  throw new Error('it holds')
}

describe('a counterexample', () => {
  test('has schedules in it as one writes them, and numbers that one can read', () => {
    const oneClock = ((...[[d, a], b]: [[number, Schedule], Schedule]) =>
      (t: number) =>
        t <= d ? a(t) : b(t)) as never
    const [first] = combinators.chain(oneClock)
    expect(messageOf(() => first?.assert({ seed: 7919 }))).toMatch(
      /^ {2}a {13}constant\(0\)\n {2}d {13}1\n {2}b {13}linear\(\{ from: -?\d, to: -?\d, over: \d+ \}\)$/m,
    )
  })

  test('has one’s own schedule as its source', () => {
    const drawn = fc.sample(schedule, { seed: 1, numRuns: 100 }).filter((one) => fc.hasToStringMethod(one))
    expect(drawn.length).toBeGreaterThan(5)
    for (const one of drawn) {
      const source = new Function(`return ${fc.stringify(one)}`)() as Schedule
      for (const t of [0, 1, 7]) expect(source(t)).toBe(one(t))
    }
  })

  test('of every combinator is small', () => {
    for (const { laws, law } of mutants) {
      const message = messageOf(() => laws.find(({ name }) => name === law)?.assert({ seed: 1 }))
      expect(message.length, message).toBeLessThan(1000)
    }
  })
})

test('values that are drawn are simple, small, or any, and within 10', () => {
  const drawn = fc.sample(value, { seed: 1, numRuns: 1000 })
  expect(drawn.every((x) => Math.abs(x) <= 10 && !Object.is(x, -0))).toBe(true)
  expect(drawn.filter(Number.isInteger).length).toBeGreaterThan(200)
  expect(drawn.filter((x) => x !== 0 && Math.abs(x) < 1e-3).length).toBeGreaterThan(50)
  expect(drawn.filter((x) => (x * 1024) % 1 !== 0).length).toBeGreaterThan(200)
})

test('a schedule is fp-ts’s Reader, and stands in its pipes', () => {
  fc.assert(
    fc.property(schedule, schedule, step, (a, b, t) => {
      const both = pipe(
        a,
        reader.map((x) => 2 * x),
        reader.chain((x) => (t) => x + b(t)),
      )
      expect(both(t)).toBe(2 * a(t) + b(t))
      expect(pipe(a, s.scale(2), s.add(b))(t)).toBe(2 * a(t) + b(t))
    }),
  )
})
