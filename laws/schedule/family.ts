import fc from 'fast-check'
import type { Schedule, schedule as s } from '../../src/index.js'
import { duration, value } from '../drawn/arbitrary.js'
import { type Law, law } from '../law.js'
import { Broken } from '../refuted.js'
import { near } from './same.js'

interface Ends {
  readonly from: number
  readonly to: number
  readonly over: number
}
const ends = { from: value, to: value, over: duration }

/** Of whatever goes from one value to another; `more` are options that do not change where it goes. */
const goes = <More>(make: (options: Ends & More) => Schedule, more: fc.Arbitrary<More>): Law =>
  law({
    name: 'a schedule goes from its start to its end, and stays',
    equation: 's(0) = from, s(t) = to for t ≥ over, and between them it turns nowhere',
    words:
      'It starts where it is told, gets to its end without a way back, and stays however long the training goes on.',
    given: fc.tuple(fc.record(ends), more).map(([options, others]) => ({ ...options, ...others })),
    holds: (options) => {
      const { from, to, over } = options
      const of = make(options)
      const up = Math.sign(to - from)
      near('s(0)', of(0), from)
      for (const t of [over, over + 1, 300, 2 ** 31]) near(`s(${t})`, of(t), to)
      for (let t = 0; t < over; t++)
        if (!(up * (of(t + 1) - of(t)) >= -1e-9))
          throw new Broken(`s(${t + 1})`, of(t + 1), `at ${up > 0 ? 'least' : 'most'} s(${t}) = ${of(t)}`)
    },
  })

const NONE = fc.constant({})

export const linear = (make: typeof s.linear): readonly Law[] => [
  goes(make, NONE),
  law({
    name: 'a line has one slope',
    equation: 's(t) = from + (to − from) · t / over for t ≤ over',
    words: 'Each update moves it as far as the one before.',
    given: fc.record(ends),
    holds: ({ from, to, over }) => {
      const of = make({ from, to, over })
      for (let t = 0; t <= over; t++) near(`s(${t})`, of(t), from + ((to - from) * t) / over)
    },
  }),
]

export const cosine = (make: typeof s.cosine): readonly Law[] => [
  goes(make, fc.record({ exponent: fc.constantFrom(1, 2, 0.5, 3) })),
  law({
    name: 'a cosine is half a wave',
    equation: 's(t) = to + (from − to) · (1 + cos(π · t / over)) / 2 for t ≤ over, at exponent 1',
    words: 'Loshchilov & Hutter 2017, equation 5, without restarts.',
    given: fc.record(ends),
    holds: ({ from, to, over }) => {
      const of = make({ from, to, over })
      for (let t = 0; t <= over; t++)
        near(`s(${t})`, of(t), to + ((from - to) * (1 + Math.cos((Math.PI * t) / over))) / 2)
    },
  }),
]

/** Powers that are drawn for polynomials: whole ones, and those of which a negative number has none. */
const power = fc.constantFrom(1, 2, 0.5, 0.9, 3, 1.5, 5)

export const polynomial = (make: typeof s.polynomial): readonly Law[] => [
  goes(make, fc.record({ power })),
  law({
    name: 'the higher the power, the lower the polynomial',
    equation: 'p ≤ q, from ≥ to ⇒ sₚ(t) ≥ s_q(t)',
    words: 'A power of a number between 0 and 1 is the smaller the higher it is.',
    given: fc.record({ ...ends, p: power, q: power }).map(({ from, to, over, p, q }) => ({
      from: Math.max(from, to),
      to: Math.min(from, to),
      over,
      p: Math.min(p, q),
      q: Math.max(p, q),
    })),
    holds: ({ p, q, ...options }) => {
      const [high, low] = [make({ ...options, power: p }), make({ ...options, power: q })]
      for (let t = 0; t <= 60; t++)
        if (!(low(t) <= high(t) + 1e-9))
          throw new Broken(`s at power ${q} at t = ${t}`, low(t), `at most ${high(t)}, which it is at power ${p}`)
    },
  }),
]
