import fc from 'fast-check'
import { constant, cosine, linear, type Schedule } from 'gradus/schedule'

/** Values (none is −0, which is written 0) and durations, and schedules whose value at every t tells them apart. */
export const value = fc.double({ min: -10, max: 10, noNaN: true }).map((x) => x + 0)
export const duration = fc.integer({ min: 1, max: 50 })
export const step = fc.integer({ min: 0, max: 300 })

export const schedule: fc.Arbitrary<Schedule> = fc.oneof(
  value.map(constant),
  fc.record({ from: value, to: value, over: duration }).map(linear),
  fc.record({ from: value, to: value, over: duration }).map(cosine),
  fc.tuple(value, value).map(
    ([a, b]) =>
      (t: number) =>
        a + b * Math.sin(t),
  ),
)
