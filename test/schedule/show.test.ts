import fc from 'fast-check'
import { schedule } from 'gradus'
import { chain, constant, cosine, cycle, linear, type Schedule, show, warmup } from 'gradus/schedule'
import { describe, expect, test } from 'vitest'
import { duration, value } from '../../laws/drawn/arbitrary.ts'
import { descriptionOf } from '../../src/schedule/schedule.ts'
import { combined, decays, others } from '../schedules.ts'

describe('show', () => {
  test.each([
    [constant(3), 'constant(3)'],
    [linear({ from: 1, over: 10 }), 'linear({ from: 1, to: 0, over: 10 })'],
    [cosine({ from: 3e-4, to: 1e-5, over: 9_500 }), 'cosine({ from: 0.0003, to: 0.00001, over: 9500 })'],
    [warmup(500)(cosine({ from: 1, over: 2 })), 'warmup(500)(cosine({ from: 1, over: 2 }))'],
    [warmup(5, { from: 0.1, shape: 'exponential' })(1), "warmup(5, { from: 0.1, shape: 'exponential' })(1)"],
    [cycle(3)((t) => t), 'cycle(3)(t => …)'],
    [cycle(3, { decay: 0.5 })((t) => t), 'cycle(3, { decay: 0.5 })(t => …)'],
    [cosine({ from: 1, to: undefined, over: 2 }), 'cosine({ from: 1, over: 2 })'],
    [schedule.zeroBased((t) => t), 'zeroBased(t => …)'],
    [schedule.MonoidMin.empty, 'constant(Infinity)'],
    [schedule.MonoidSum.concat(constant(1), constant(2)), 'add(constant(2))(constant(1))'],
    [
      chain([5, constant(1)], [3, 0.5], linear({ from: 1, over: 2 })),
      'chain([5, constant(1)], [3, 0.5], linear({ from: 1, to: 0, over: 2 }))',
    ],
    [(t: number) => 1 / t, 't => …'],
    [0.001, '0.001'],
  ])('writes a schedule as one would: %#', (s, expected) => {
    expect(show(s)).toBe(expected)
  })

  const described: fc.Arbitrary<Schedule> = fc.letrec<{ s: Schedule }>((tie) => ({
    s: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      value.map(constant),
      fc.record({ from: value, to: value, over: duration }).map(linear),
      fc.record({ from: value, over: duration }).map(cosine),
      fc.tuple(duration, tie('s')).map(([n, s]) => warmup(n)(s)),
      fc.tuple(duration, value, tie('s')).map(([n, from, s]) => warmup(n, { from, shape: 'linear' })(s)),
      fc.tuple(duration, tie('s')).map(([n, s]) => cycle(n)(s)),
      fc.tuple(duration, value, tie('s')).map(([n, decay, s]) => cycle(n, { decay, growth: 2 })(s)),
      fc.tuple(duration, tie('s'), duration, value, tie('s')).map(([d, a, e, b, c]) => chain([d, a], [e, b], c)),
    ),
  })).s

  test("writes what makes the same schedule again, where nothing of it is a user's own", () => {
    const words = { chain, constant, cosine, cycle, linear, warmup }
    const read = (text: string) =>
      new Function(...Object.keys(words), `return ${text}`)(...Object.values(words)) as Schedule
    fc.assert(
      fc.property(described, (s) => {
        const again = read(show(s))
        expect(show(again)).toBe(show(s))
        for (let t = 0; t <= 60; t++) expect(again(t)).toBe(s(t))
      }),
    )
  })
})

const { map: _, ...written } = { ...decays, ...others, ...combined }
test.each(Object.entries(written))('what is shown of %s is what makes it', (name, s) => {
  const text = show(s)
  const again = new Function(...Object.keys(schedule), `return ${text}`)(...Object.values(schedule)) as Schedule
  expect(text.startsWith(`${name}(`)).toBe(true)
  for (let t = 0; t <= 99; t++) expect(again(t)).toBe(s(t))
})

describe('a description', () => {
  test('does not hear of what becomes of the lists and options it was given', () => {
    const [at, options, piece] = [[2, 4], { from: 1, over: 2 }, [5, 1] as [number, number]]
    const made = [schedule.multiStep({ from: 1, at }), cosine(options), chain(piece, 0)]
    const before = made.map(show)
    at.pop()
    options.from = 7
    piece[0] = 3
    expect(made.map(show)).toEqual(before)
  })

  test('is data, on the function itself, and not among its keys', () => {
    const s = warmup(5)(constant(2))
    const description = descriptionOf(s)
    expect(description).toMatchObject({ name: 'warmup', args: [5] })
    expect(descriptionOf(description?.of as typeof s)).toEqual({ name: 'constant', args: [2] })
    expect(Object.keys(s)).toEqual([])
    expect(descriptionOf((t) => t)).toBeUndefined()
  })

  test("never marks a user's own function", () => {
    const mine = (t: number) => t
    warmup(5)(mine)
    cycle(5)(mine)
    chain([1, mine], mine)
    expect(descriptionOf(mine)).toBeUndefined()
    expect(Object.getOwnPropertySymbols(mine)).toEqual([])
  })
})

test('gradus has the schedules under one name', () => {
  expect(schedule.cosine).toBe(cosine)
  expect(Object.keys(schedule)).toEqual(
    expect.arrayContaining(['chain', 'constant', 'cosine', 'cycle', 'linear', 'show', 'warmup']),
  )
})
