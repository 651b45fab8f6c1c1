import fc from 'fast-check'
import type { Schedule, schedule as s } from '../../src/index.js'
import { duration, schedule } from '../drawn/arbitrary.js'
import { type Law, law } from '../law.js'
import { near, same } from './same.js'

/** One schedule after the other: `chain([d, a], b)` is d updates of a, and then b. */
export const chain = (make: typeof s.chain): readonly Law[] => [
  law({
    name: 'a piece runs for its duration, on its own clock',
    equation: 'chain([d, a], b)(t) = t ≤ d ? a(t) : b(t − d)',
    words:
      'There are d updates with the first piece, the last of them at t = d; the next one is the other piece’s first.',
    given: fc.record({ a: schedule, d: duration, b: schedule }),
    holds: ({ a, d, b }) => same('chain([d, a], b)', make([d, a], b), (t) => (t <= d ? a(t) : b(t - d))),
  }),
  law({
    name: 'chaining schedules is associative',
    equation: 'chain([d, a], chain([e, b], c)) = chain([d, a], [e, b], c) = chain([d + e, chain([d, a], b)], c)',
    words: 'A chain can be the first or the last piece of a chain: only the order of the pieces matters.',
    given: fc.record({ a: schedule, d: duration, b: schedule, e: duration, c: schedule }),
    holds: ({ a, d, b, e, c }) => {
      const flat = make([d, a], [e, b], c)
      same('chain([d, a], chain([e, b], c))', make([d, a], make([e, b], c)), flat)
      same('chain([d + e, chain([d, a], b)], c)', make([d + e, make([d, a], b)], c), flat)
    },
  }),
  law({
    name: 'the jump is where the ends do not meet',
    equation: 'chain([d, a], b)(d + ε) − chain([d, a], b)(d) → b(0) − a(d) as ε → 0',
    words: 'Where one piece follows another there is a jump as high as their ends are apart, and none where they meet.',
    given: fc.record({ a: schedule, d: duration, b: schedule, meet: fc.boolean() }),
    holds: ({ a, d, b, meet }) => {
      const gap = meet ? a(d) - b(0) : 0
      const next: Schedule = (t) => b(t) + gap
      const both = make([d, a], next)
      near('the jump', both(d + 1e-9) - both(d), next(0) - a(d), 1e-6)
    },
  }),
]
