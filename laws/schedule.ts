import fc from 'fast-check'
import type { Schedule } from '../src/index.js'
import { type Law, law } from './law.js'

const step = fc.integer({ min: 0, max: 1_000_000 })

/** What every schedule obeys. */
export const schedule = (s: Schedule): readonly Law[] => [
  law('a schedule is finite', 's(t) ∈ ℝ for t = 0, 1, 2, …', step, (t) => {
    const value = s(t)
    if (!Number.isFinite(value)) throw new Error(`s(${t}) = ${value}`)
  }),
  law('a schedule is pure', 's(t) = s(t), whatever was asked in between', fc.tuple(step, step), ([t, between]) => {
    const first = s(t)
    s(between)
    const again = s(t)
    if (!Object.is(first, again)) throw new Error(`s(${t}) = ${first}, and after s(${between}) it is ${again}`)
  }),
]
