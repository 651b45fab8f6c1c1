import fc from 'fast-check'
import type { Combinator, Schedule } from '../../src/schedule/schedule.js'
import { schedule, value } from '../drawn/arbitrary.js'
import { type Law, law } from '../law.js'
import { near, same } from './same.js'

/** What is made of values by a number or a schedule, `op` being what it does to them: `pointwise(scale, (x, k) => k * x)`. */
export const pointwise = (
  make: (by: number) => Combinator,
  op: (value: number, by: number) => number,
): readonly Law[] => [
  law({
    name: 'a combinator of values leaves t alone',
    equation: 'make(a)(s)(t) = s(t) ∘ a',
    words: 'Its value at t is made of the schedule’s value at t, and of no other.',
    given: fc.record({ a: value, s: schedule }),
    holds: ({ a, s }) => same('make(a)(s)', make(a)(s), (t) => op(s(t), a)),
  }),
]

/** fp-ts's `Monoid`, of schedules. */
export interface Monoid {
  readonly empty: Schedule
  readonly concat: (a: Schedule, b: Schedule) => Schedule
}

/** For a monoid of schedules, `op` being what it does to values: `monoid(MonoidSum, (x, y) => x + y)`. */
export const monoid = ({ empty, concat }: Monoid, op: (x: number, y: number) => number): readonly Law[] => [
  law({
    name: 'schedules are joined t by t',
    equation: '(a · b)(t) = a(t) · b(t)',
    words: 'What two schedules make together is at each t what their values make.',
    given: fc.record({ a: schedule, b: schedule }),
    holds: ({ a, b }) => same('a · b', concat(a, b), (t) => op(a(t), b(t))),
  }),
  law({
    name: 'joining schedules is associative',
    equation: '(a · b) · c = a · (b · c)',
    words: 'Of three, it does not matter which two are joined first, but for rounding.',
    given: fc.record({ a: schedule, b: schedule, c: schedule }),
    holds: ({ a, b, c }) => same('(a · b) · c', concat(concat(a, b), c), concat(a, concat(b, c))),
  }),
  law({
    name: 'joined with the unit a schedule is itself',
    equation: 'empty · a = a = a · empty',
    words: 'On either side the unit changes nothing.',
    given: fc.record({ a: schedule, t: fc.nat({ max: 300 }) }),
    holds: ({ a, t }) => {
      near('(empty · a)(t)', concat(empty, a)(t), a(t))
      near('(a · empty)(t)', concat(a, empty)(t), a(t))
    },
  }),
]
