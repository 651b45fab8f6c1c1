import fc from 'fast-check'
import type { schedule as s } from '../../src/index.js'
import { duration, schedule, value } from '../drawn/arbitrary.js'
import { type Law, law } from '../law.js'
import { Broken } from '../refuted.js'
import { near, same } from './same.js'

/** `warmup(n, { from, shape })(s)`: n updates up to where s starts, and then s. */
export const warmup = (make: typeof s.warmup): readonly Law[] => [
  law({
    name: 'a warm-up is monotone up to n, and meets the schedule’s start there',
    equation: 'w(0) = from ≤ w(t) ≤ w(t + 1) ≤ w(n) = s(0) for t < n, or all the other way round',
    words: 'Whatever its shape is, it goes from where it starts to where the schedule does, and never back.',
    given: fc.record({
      n: duration,
      from: value,
      shape: fc.constantFrom('linear' as const, 'cosine' as const, 'sqrt' as const),
      s: schedule,
    }),
    holds: ({ n, from, shape, s }) => {
      const w = make(n, { from, shape })(s)
      const up = Math.sign(s(0) - from)
      near('w(0)', w(0), from)
      near('w(n)', w(n), s(0))
      for (let t = 0; t < n; t++)
        if (!(up * (w(t + 1) - w(t)) >= -1e-9))
          throw new Broken(`w(${t + 1})`, w(t + 1), `at ${up > 0 ? 'least' : 'most'} w(${t}) = ${w(t)}`)
    },
  }),
  law({
    name: 'after its warm-up a schedule is itself, n later',
    equation: 'w(n + t) = s(t)',
    words: 'Nothing of the schedule is lost: it begins when the warm-up ends.',
    given: fc.record({ n: duration, from: value, s: schedule }),
    holds: ({ n, from, s }) => {
      const w = make(n, { from })(s)
      same('w(n + t)', (t) => w(n + t), s)
    },
  }),
]

/** `ramp(n)(s)`: s fades in, and does not begin later. */
export const ramp = (make: typeof s.ramp): readonly Law[] => [
  law({
    name: 'a ramp is a factor on the schedule’s clock',
    equation: 'ramp(n)(s)(t) = min(1, t / n) · s(t)',
    words: 'It rises in proportion to t up to n; the schedule runs below it from the start.',
    given: fc.record({ n: duration, s: schedule }),
    holds: ({ n, s }) => same('ramp(n)(s)', make(n)(s), (t) => (t < n ? (t * s(t)) / n : s(t))),
  }),
]
