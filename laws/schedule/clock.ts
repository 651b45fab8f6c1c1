import fc from 'fast-check'
import type { schedule as s } from '../../src/index.js'
import { duration, schedule } from '../drawn/arbitrary.js'
import { type Law, law } from '../law.js'
import { near, same } from './same.js'

/** `staircase(n)(s)`: s as it was n · k updates ago, k being whole. */
export const staircase = (make: typeof s.staircase): readonly Law[] => [
  law({
    name: 'a staircase is constant within a block',
    equation: 'staircase(n)(s)(t) = s(k · n) for t in (k · n, (k + 1) · n], s(0) at 0',
    words: 'n updates have one value: what the schedule is when the block begins.',
    given: fc.record({ n: duration, s: schedule, k: fc.nat({ max: 9 }) }),
    holds: ({ n, s, k }) => {
      const stairs = make(n)(s)
      near('the staircase at t = 0', stairs(0), s(0))
      for (let t = k * n + 1; t <= (k + 1) * n; t++) near(`the staircase at t = ${t}`, stairs(t), s(k * n))
    },
  }),
]

/** `delay(n)(s)`: s, n later. */
export const delay = (make: typeof s.delay): readonly Law[] => [
  law({
    name: 'delays add up',
    equation: 'delay(0) = id, delay(m) ∘ delay(n) = delay(m + n)',
    words: 'To wait for m and then for n is to wait for m + n.',
    given: fc.record({ m: duration, n: duration, s: schedule }),
    holds: ({ m, n, s }) => {
      same('delay(0)(s)', make(0)(s), s)
      same('delay(m)(delay(n)(s))', make(m)(make(n)(s)), make(m + n)(s))
    },
  }),
  law({
    name: 'a delayed schedule is itself, later',
    equation: 'delay(n)(s)(t) = s(max(0, t − n))',
    words: 'It waits at its start, and then nothing of it is lost.',
    given: fc.record({ n: duration, s: schedule }),
    holds: ({ n, s }) => same('delay(n)(s)', make(n)(s), (t) => s(Math.max(0, t - n))),
  }),
]

/** `stretch(k)(s)`: s, k times as slow. */
export const stretch = (make: typeof s.stretch): readonly Law[] => [
  law({
    name: 'stretches multiply',
    equation: 'stretch(1) = id, stretch(j) ∘ stretch(k) = stretch(j · k)',
    words: 'To be j times as slow, and that k times as slow, is to be j · k times as slow.',
    given: fc.record({ j: fc.constantFrom(1, 2, 0.5, 3), k: fc.constantFrom(1, 2, 0.25, 5), s: schedule }),
    holds: ({ j, k, s }) => {
      same('stretch(1)(s)', make(1)(s), s)
      same('stretch(j)(stretch(k)(s))', make(j)(make(k)(s)), make(j * k)(s))
    },
  }),
  law({
    name: 'a stretched schedule takes k times as long',
    equation: 'stretch(k)(s)(t) = s(t / k)',
    words: 'Where it was at t it is at k · t.',
    given: fc.record({ k: fc.constantFrom(1, 2, 0.5, 3), s: schedule }),
    holds: ({ k, s }) => same('stretch(k)(s)', make(k)(s), (t) => s(t / k)),
  }),
]

/** `reverse(n)(s)`: s from n back to 0. */
export const reverse = (make: typeof s.reverse): readonly Law[] => [
  law({
    name: 'a reversed schedule runs back to its start, and stays there',
    equation: 'reverse(n)(s)(t) = s(max(0, n − t))',
    words: 'At n it is where the schedule starts; it reads nothing before that.',
    given: fc.record({ n: duration, s: schedule }),
    holds: ({ n, s }) => same('reverse(n)(s)', make(n)(s), (t) => s(Math.max(0, n - t))),
  }),
]

/** `hold(n)(s)`: s up to n, and there it stays. */
export const hold = (make: typeof s.hold): readonly Law[] => [
  law({
    name: 'a held schedule stays where it was at n',
    equation: 'hold(n)(s)(t) = s(min(t, n))',
    words: 'Up to n it is itself.',
    given: fc.record({ n: duration, s: schedule }),
    holds: ({ n, s }) => same('hold(n)(s)', make(n)(s), (t) => s(Math.min(t, n))),
  }),
]

/** `zeroBased(f)`: what is written for those who count from 0. */
export const zeroBased = (make: typeof s.zeroBased): readonly Law[] => [
  law({
    name: 'a zero-based clock is one behind',
    equation: 'zeroBased(f)(t) = f(t − 1)',
    words: 'f(0) is for the first update, which is t = 1.',
    given: fc.record({ f: schedule }),
    holds: ({ f }) => same('zeroBased(f)', make(f), (t) => f(t - 1), 1),
  }),
]
