import { mistake } from '../failure.js'
import { chain } from './chain.js'
import { check, described, type Hyper, lift, type Schedule } from './schedule.js'

export interface Warmup {
  /** The value at 0. */
  readonly from?: number
  readonly shape?: keyof typeof SHAPES
}

/** The way from a to b, at the fraction x of it. */
const SHAPES = {
  linear: (a: number, b: number, x: number) => a + (b - a) * x,
  exponential: (a: number, b: number, x: number) => a * (b / a) ** x,
  constant: (a: number) => a,
} as const

/**
 * n updates from `from` up to where the schedule starts, which is then itself, n later.
 *
 *     warmup(n, { from, shape })(s) = chain([n, shape from `from` to s(0)], s)
 */
export const warmup = (n: number, options: Warmup = {}): ((schedule: Hyper) => Schedule) => {
  const { from = 0, shape = 'linear' } = options
  check('warmup', 'n', n, 'positive')
  check('warmup', 'from', from, shape === 'exponential' ? 'positive' : 'finite')
  if (!Object.hasOwn(SHAPES, shape))
    throw mistake('schedule.warmup', `shape is "${shape}"`, Object.keys(SHAPES).join(', '))
  return (hyper) => {
    const schedule = lift('schedule.warmup', hyper)
    const rise: Schedule = (t) => SHAPES[shape](from, schedule(0), t / n)
    const args = Object.keys(options).length === 0 ? [n] : [n, options]
    const after = chain([n, rise], schedule)
    return described({ name: 'warmup', args, of: hyper }, (t) => after(t))
  }
}
