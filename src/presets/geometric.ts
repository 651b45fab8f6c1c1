import { exponential } from '../schedule/exponential.js'
import type { Schedule } from '../schedule/schedule.js'
import { clamped } from './count.js'

/**
 * The exponential of all frameworks, of any rate ≥ 0 and without an end.
 *
 *     geometric(from, rate, over)(count) = from · rate^(count / over)
 *
 * At rate 0 it is 0 after count 0. Where we differ from all of them: what grows without end stays at the largest number
 * there is, and never is ∞.
 */
export const geometric = (from: number, rate: number, over = 1): Schedule => {
  const power = exponential({ from: 1, rate, over, ...(rate > 1 ? { to: Number.MAX_VALUE } : {}) })
  return (count) => clamped(from * power(count))
}
