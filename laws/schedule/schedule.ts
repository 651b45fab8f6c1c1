import fc from 'fast-check'
import type { Schedule } from '../../src/index.js'
import { type Law, law } from '../law.js'
import { Broken } from '../refuted.js'

/** Updates of any training, and of the longest. */
const LAST = 2 ** 31
const step = fc.oneof(...[100, 10_000, 1_000_000, LAST].map((max) => fc.integer({ min: 0, max })))
const at = fc.record({ t: step })
/** Before the first update, the first, and the last. */
const edges = [{ t: 0 }, { t: 1 }, { t: LAST }]

/** Two times, often one after the other. */
const pair = fc
  .record({ t: step, later: fc.oneof(fc.constant(1), step) })
  .map(({ t, later }) => ({ t, u: Math.min(t + later, LAST) }))

/** What every schedule obeys. */
export const schedule = (s: Schedule): readonly Law[] => [
  law({
    name: 'a schedule is finite',
    equation: 's(t) ∈ ℝ for t = 0, 1, 2, … 2³¹',
    words: 'At each update of any training it is a number, and before the first one too.',
    given: at,
    edges,
    holds: ({ t }) => {
      if (!Number.isFinite(s(t))) throw new Broken(`s(${t})`, s(t), 'a finite number')
    },
  }),
  law({
    name: 'a schedule is pure',
    equation: 's(t) = s(t), whatever was asked in between',
    words: 'Its value depends on t alone: it can be asked in any order, again, and after a restart.',
    given: fc.record({ t: step, between: step }),
    holds: ({ t, between }) => {
      const first = s(t)
      s(between)
      const again = s(t)
      if (!Object.is(first, again)) throw new Broken(`s(${t}) after s(${between})`, again, first)
    },
  }),
]

/** What a schedule obeys that serves as a learning rate. */
export const rate = (s: Schedule): readonly Law[] => [
  ...schedule(s),
  law({
    name: 'a rate is never negative',
    equation: 's(t) ≥ 0',
    words: 'No update goes the wrong way, however long the training goes on.',
    given: at,
    edges,
    holds: ({ t }) => {
      if (!(s(t) >= 0)) throw new Broken(`s(${t})`, s(t), 'at least 0')
    },
  }),
]

/** What a schedule obeys that only ever falls. */
export const decay = (s: Schedule): readonly Law[] => [
  ...rate(s),
  law({
    name: 'a decay does not rise',
    equation: 't ≤ u ⇒ s(t) ≥ s(u)',
    words: 'From its start to the longest training’s end, but for rounding.',
    given: pair,
    holds: ({ t, u }) => {
      if (!(s(u) <= s(t) * (1 + 1e-12))) throw new Broken(`s(${u})`, s(u), `at most s(${t}) = ${s(t)}`)
    },
  }),
]
