import fc from 'fast-check'
import { type Schedule, schedule as s } from '../../src/index.js'
import { Simplified, simplerNumber } from './simpler.js'

/** What laws of schedules are tried on. Values are in [−10, 10], durations in [1, 50], and t goes as far as 300. */
const REACH = 10

/** A whole number, a fraction of 8, a small one, or any. */
const drawValue = (random: fc.Random): number => {
  const kind = random.nextInt(0, 5)
  if (kind < 2) return random.nextInt(-REACH, REACH)
  if (kind === 2) return random.nextInt(-8 * REACH, 8 * REACH) / 8
  if (kind === 3) return (random.nextDouble() < 0.5 ? -1 : 1) * 10 ** -random.nextInt(0, 9)
  return REACH * (2 * random.nextDouble() - 1)
}

export const value: fc.Arbitrary<number> = new Simplified(
  (random) => drawValue(random) + 0,
  (x) => simplerNumber(x).filter((y) => Math.abs(y) <= REACH),
)
export const duration = fc.integer({ min: 1, max: 50 })
export const step = fc.integer({ min: 0, max: 300 })

/** A function of one's own, with its source for counterexamples. */
const told = (source: string, f: Schedule): Schedule => Object.assign(f, { [fc.toStringMethod]: () => source })

/** Built-in ones, and a user's own, whose value at every t tells it apart. No slope is above 40. */
export const schedule: fc.Arbitrary<Schedule> = fc.oneof(
  { withCrossShrink: true },
  value.map(s.constant),
  fc.record({ from: value, to: value, over: duration }).map(s.linear),
  fc.record({ from: value, to: value, over: duration }).map(s.cosine),
  fc
    .tuple(value, value)
    .map(([a, b]) => told(`t => ${a} ${b < 0 ? '-' : '+'} ${Math.abs(b)} * Math.sin(t)`, (t) => a + b * Math.sin(t))),
)
