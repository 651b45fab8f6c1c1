import fc from 'fast-check'
import type { schedule as s } from '../../src/index.js'
import { duration, schedule } from '../drawn/arbitrary.js'
import { type Law, law } from '../law.js'
import { near, same } from './same.js'

/** `cycle(n, { growth, decay })(s)`: the first n updates of s, again and again. */
export const cycle = (make: typeof s.cycle): readonly Law[] => [
  law({
    name: 'the first cycle is the schedule',
    equation: 'cycle(n)(s)(t) = s(t) for 0 ≤ t ≤ n',
    words: 'The n-th update is the cycle’s last, and not the first of the next one.',
    given: fc.record({ n: duration, s: schedule }),
    holds: ({ n, s }) => {
      const c = make(n)(s)
      for (let t = 0; t <= n; t++) near(`cycle(n)(s) at t = ${t}`, c(t), s(t))
    },
  }),
  law({
    name: 'equal cycles have period n',
    equation: 'c(t + n) = c(t) for t ≥ 1',
    words: 'From the first update on it repeats itself after n.',
    given: fc.record({ n: duration, s: schedule }),
    holds: ({ n, s }) => {
      const c = make(n)(s)
      same('c(t + n)', (t) => c(t + n), c, 1)
    },
  }),
  law({
    name: 'cycle k is growthᵏ as long and decayᵏ as high',
    equation: 'c(n + growth · t) = decay · c(t) for 0 < t ≤ n',
    words: 'Each cycle is the one before it, stretched and lowered.',
    given: fc.record({
      n: duration,
      growth: fc.constantFrom(1, 2, 0.5, 3),
      decay: fc.constantFrom(1, 0.5, 0),
      s: schedule,
    }),
    holds: ({ n, growth, decay, s }) => {
      const c = make(n, { growth, decay })(s)
      for (let t = 1; t <= n; t++) near(`c(n + growth · ${t})`, c(n + growth * t), decay * c(t))
    },
  }),
]
