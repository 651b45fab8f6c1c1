import { type Schedule, schedule as s } from 'gradus'
import * as combinators from '../../../laws/schedule/combinators.ts'
import { decay, rate, schedule } from '../../../laws/schedule/schedule.ts'
import type { Mutant } from '../mutant.ts'

type Wrapped = (n: number) => (of: Schedule) => Schedule

/** Combinators here take schedules, and no numbers. */
const wrapped = (make: Wrapped): never => make as never
const chained = (make: (d: number, a: Schedule, b: Schedule) => Schedule): never =>
  ((...[[d, a], ...rest]: [[number, Schedule], ...Schedule[]]) =>
    make(
      d,
      a,
      rest.length > 1 ? (s.chain as (...pieces: unknown[]) => Schedule)(...rest) : (rest[0] as Schedule),
    )) as never

/** A chain that is one too high where its first or its last piece is itself a chain. */
const nesting = (which: 'first' | 'last'): typeof s.chain => {
  const made = new WeakSet<object>()
  return (...pieces) => {
    const inner = which === 'last' ? pieces.at(-1) : (pieces[0] as [number, Schedule])[1]
    const of = s.offset(made.has(inner as Schedule) ? 1 : 0)(s.chain(...pieces))
    made.add(of)
    return of
  }
}

/** A sum that is one too high where this one of the two is its unit. */
const oneSided = (which: (a: Schedule, b: Schedule) => Schedule): combinators.Monoid => {
  const { empty, concat } = s.MonoidSum
  return { empty, concat: (a, b) => s.offset(which(a, b) === empty ? 1 : 0)(concat(a, b)) }
}

const plus = (x: number, y: number): number => x + y

const counting = (): Schedule => {
  let asked = 0
  return () => 1 / ++asked
}
const behind = (): Schedule => {
  let [before, now] = [1, 0]
  return (t) => {
    if (t !== now) [before, now] = [1 / (now + 1), t]
    return before
  }
}

const PURE = 'a schedule is pure'
const FINITE = 'a schedule is finite'
const NEGATIVE = 'a rate is never negative'
const RISES = 'a decay does not rise'

const plain: readonly Mutant[] = [
  { name: 'a schedule that counts how often it is asked', laws: schedule(counting()), law: PURE },
  { name: 'a schedule that tells the value of the last t that it was asked for', laws: schedule(behind()), law: PURE },
  { name: 'a noisy schedule without a seed', laws: schedule((t) => (1 + Math.random()) / (t + 1)), law: PURE },
  { name: 'inverse time, which divides by t at t = 0', laws: schedule((t) => 0.1 / t), law: FINITE },
  { name: 'inverse root of t, counted from −1', laws: schedule((t) => 1 / Math.sqrt(t - 1)), law: FINITE },
  { name: 'an exponential of the wrong sign', laws: schedule((t) => 1e-3 * 1.01 ** t), law: FINITE },
  {
    name: 'a power of a negative number after the end',
    laws: schedule((t) => (1 - t / 1000) ** 0.9),
    law: FINITE,
  },
  { name: 'a line that does not end', laws: rate((t) => 0.1 * (1 - t / 100_000)), law: NEGATIVE },
  {
    name: 'a rate one update early, below 0 before the first',
    laws: rate((t) => Math.min(1, (t - 1) / 500)),
    law: NEGATIVE,
  },
  {
    name: 'a cosine that goes on after its end as a decay',
    shipped: 'PyTorch’s CosineAnnealingLR',
    laws: decay((t) => (1 + Math.cos((Math.PI * t) / 1000)) / 2),
    law: RISES,
  },
  { name: 'a warm-up as a decay', laws: decay(s.noam({ model: 64, warmup: 4000 })), law: RISES },
  { name: 'restarts as a decay', laws: decay(s.cosineRestarts({ from: 1, over: 100, growth: 2 })), law: RISES },
  { name: 'noise as a decay', laws: decay(s.noisyLinearCosine({ from: 1, over: 1_000_000, seed: 1 })), law: RISES },
]

const CHAIN = 'a piece runs for its duration, on its own clock'
const NESTED = 'chaining schedules is associative'
const JUMP = 'the jump is where the ends do not meet'
const RISE = 'a warm-up is monotone up to n, and meets the schedule’s start there'
const LATER = 'after its warm-up a schedule is itself, n later'
const RAMP = 'a ramp is a factor on the schedule’s clock'
const FIRST = 'the first cycle is the schedule'
const PERIOD = 'equal cycles have period n'
const STRETCHED = 'cycle k is growthᵏ as long and decayᵏ as high'
const STAIRS = 'a staircase is constant within a block'
const DELAYS = 'delays add up'
const DELAYED = 'a delayed schedule is itself, later'

const chains: readonly Mutant[] = [
  {
    name: 'a chain whose boundary belongs to the next piece',
    laws: combinators.chain(chained((d, a, b) => (t) => (t < d ? a(t) : b(t - d)))),
    law: CHAIN,
  },
  {
    name: 'a chain of one clock',
    laws: combinators.chain(chained((d, a, b) => (t) => (t <= d ? a(t) : b(t)))),
    law: CHAIN,
  },
  { name: 'a chain whose last piece may not be a chain', laws: combinators.chain(nesting('last')), law: NESTED },
  { name: 'a chain whose first piece may not be a chain', laws: combinators.chain(nesting('first')), law: NESTED },
  {
    name: 'a chain that moves its second piece to where the first one ends',
    laws: combinators.chain(chained((d, a, b) => (t) => (t <= d ? a(t) : b(t - d) + a(d) - b(0)))),
    law: JUMP,
  },
  {
    name: 'a warm-up that is one update short',
    laws: combinators.warmup(
      (n, options) => (of) => (t) => (t === n ? s.warmup(n + 1, options)(of)(t) : s.warmup(n, options)(of)(t)),
    ),
    law: RISE,
  },
  {
    name: 'a warm-up that goes down first',
    laws: combinators.warmup((n, { from = 0 } = {}) => (of) => (t) => {
      const up = Math.sign((of as Schedule)(0) - from)
      return s.warmup(n, { from })(of)(t) - (t === 1 && t < n ? 30 * up : 0)
    }),
    law: RISE,
  },
  {
    name: 'a warm-up that knows where to start in one shape only',
    laws: combinators.warmup((n, { from = 0, shape } = {}) =>
      s.warmup(n, { from: shape === 'linear' ? from : 0, shape }),
    ),
    law: RISE,
  },
  { name: 'a warm-up that starts at 0 whatever it is told', laws: combinators.warmup((n) => s.warmup(n)), law: RISE },
  {
    name: 'a warm-up that eats the first n updates of its schedule',
    laws: combinators.warmup((n) => (of) => s.ramp(n)(of)),
    law: LATER,
  },
  {
    name: 'a warm-up after which the schedule comes one late',
    laws: combinators.warmup((n, options) => (of) => (t) => s.warmup(n, options)(of)(t > n ? t - 1 : t)),
    law: LATER,
  },
  { name: 'a ramp that is one too long', laws: combinators.ramp((n) => s.ramp(n + 1)), law: RAMP },
  {
    name: 'a ramp that does not end',
    laws: combinators.ramp(wrapped((n) => (of) => (t) => (t / n) * of(t))),
    law: RAMP,
  },
]

const clocks: readonly Mutant[] = [
  {
    name: 'a cycle that counts from 0',
    laws: combinators.cycle(wrapped((n) => (of) => (t) => of(t % n))),
    law: FIRST,
  },
  { name: 'a cycle that does not end', laws: combinators.cycle(wrapped(() => (of) => of)), law: PERIOD },
  {
    name: 'cycles that are as long as all before them',
    laws: combinators.cycle((n, { growth = 1, decay } = {}) =>
      s.cycle(n, { growth: growth === 1 ? 1 : growth + 1, decay }),
    ),
    law: STRETCHED,
  },
  {
    name: 'cycles that are lowered once and for all',
    laws: combinators.cycle(
      (n, { growth, decay = 1 } = {}) =>
        (of) =>
        (t) =>
          s.cycle(n, { growth })(of)(t) * (t > n ? Math.sqrt(decay) : 1),
    ),
    law: STRETCHED,
  },
  {
    name: 'a staircase that steps one update early',
    laws: combinators.staircase(wrapped((n) => (of) => (t) => of(n * Math.floor(t / n)))),
    law: STAIRS,
  },
  {
    name: 'a staircase that tells the end of its block',
    laws: combinators.staircase(wrapped((n) => (of) => (t) => of(n * Math.ceil(t / n)))),
    law: STAIRS,
  },
  {
    name: 'a delay of 0 that is one of 1',
    laws: combinators.delay((n) => s.delay(Math.max(1, n))),
    law: DELAYS,
  },
  { name: 'a delay that is one too long', laws: combinators.delay((n) => s.delay(n === 0 ? 0 : n + 1)), law: DELAYS },
  {
    name: 'a delay that reads before 0',
    laws: combinators.delay(wrapped((n) => (of) => (t) => of(t - n))),
    law: DELAYED,
  },
  {
    name: 'a delay that skips what it waits for',
    laws: combinators.delay(wrapped((n) => (of) => (t) => of(t <= n ? 0 : t))),
    law: DELAYED,
  },
  {
    name: 'a stretch the wrong way round',
    laws: combinators.stretch((k) => s.stretch(1 / k)),
    law: 'a stretched schedule takes k times as long',
  },
  {
    name: 'a stretch in whole updates',
    laws: combinators.stretch(wrapped((k) => (of) => (t) => of(Math.floor(t / k)))),
    law: 'stretches multiply',
  },
  {
    name: 'a reversed schedule that reads before 0',
    laws: combinators.reverse(wrapped((n) => (of) => (t) => of(n - t))),
    law: 'a reversed schedule runs back to its start, and stays there',
  },
  {
    name: 'a schedule that is held at its start',
    laws: combinators.hold(wrapped((n) => (of) => (t) => of(t <= n ? t : 0))),
    law: 'a held schedule stays where it was at n',
  },
  {
    name: 'a zero-based clock that is taken as it is',
    laws: combinators.zeroBased((f) => f as Schedule),
    law: 'a zero-based clock is one behind',
  },
]

const families: readonly Mutant[] = [
  {
    name: 'a cosine that rises again',
    shipped: 'PyTorch’s CosineAnnealingLR',
    laws: combinators.cosine(
      ({ from, to = 0, over }) =>
        (t) =>
          to + ((from - to) * (1 + Math.cos((Math.PI * t) / over))) / 2,
    ),
    law: 'a schedule goes from its start to its end, and stays',
  },
  {
    name: 'a cosine that is off by one',
    laws: combinators.cosine((options) => s.zeroBased(s.cosine(options))),
    law: 'a schedule goes from its start to its end, and stays',
  },
  {
    name: 'a cosine of a whole wave',
    laws: combinators.cosine(({ over, ...options }) => s.cosine({ ...options, over: over / 2 })),
    law: 'a cosine is half a wave',
  },
  {
    name: 'a cosine of one and a half waves',
    laws: combinators.cosine(({ from, to = 0, over }) =>
      s.map((x) => to + ((from - to) * (1 + Math.cos(3 * Math.PI * x))) / 2)(s.linear({ from: 0, to: 1, over })),
    ),
    law: 'a schedule goes from its start to its end, and stays',
  },
  {
    name: 'a cosine in degrees',
    laws: combinators.cosine(
      ({ from, to = 0, over }) =>
        (t) =>
          to + ((from - to) * (1 + Math.cos((180 * Math.min(1, t / over)) / Math.PI))) / 2,
    ),
    law: 'a cosine is half a wave',
  },
  {
    name: 'a line that overshoots its end',
    laws: combinators.linear(
      ({ from, to = 0, over }) =>
        (t) =>
          from + ((to - from) * t) / over,
    ),
    law: 'a schedule goes from its start to its end, and stays',
  },
  {
    name: 'a line in steps of ten',
    laws: combinators.linear((options) => s.staircase(Math.min(10, options.over))(s.linear(options))),
    law: 'a line has one slope',
  },
  {
    name: 'a polynomial of 1 / power',
    laws: combinators.polynomial((options) => s.polynomial({ ...options, power: 1 / (options.power ?? 1) })),
    law: 'the higher the power, the lower the polynomial',
  },
  {
    name: 'a polynomial that has no end',
    laws: combinators.polynomial(
      ({ from, to = 0, over, power = 1 }) =>
        (t) =>
          to + (from - to) * (1 - t / over) ** power,
    ),
    law: 'a schedule goes from its start to its end, and stays',
  },
]

const values: readonly Mutant[] = [
  {
    name: 'a factor on t',
    laws: combinators.pointwise(
      (k) => (of) => (t) => (of as Schedule)(k * t),
      (x, k) => k * x,
    ),
    law: 'a combinator of values leaves t alone',
  },
  {
    name: 'a factor on the first value alone',
    laws: combinators.pointwise(
      (k) => (of) => (t) => (of as Schedule)(t) + (k - 1) * (of as Schedule)(0),
      (x, k) => k * x,
    ),
    law: 'a combinator of values leaves t alone',
  },
  {
    name: 'a sum of schedules that forgets one of them',
    laws: combinators.monoid({ ...s.MonoidSum, concat: (a) => a }, plus),
    law: 'schedules are joined t by t',
  },
  {
    name: 'a minimum with the unit of the maximum',
    laws: combinators.monoid({ ...s.MonoidMin, empty: s.MonoidMax.empty }, Math.min),
    law: 'joined with the unit a schedule is itself',
  },
  {
    name: 'a sum whose unit is one on the right only',
    laws: combinators.monoid(
      oneSided((a) => a),
      plus,
    ),
    law: 'joined with the unit a schedule is itself',
  },
  {
    name: 'a sum whose unit is one on the left only',
    laws: combinators.monoid(
      oneSided((_, b) => b),
      plus,
    ),
    law: 'joined with the unit a schedule is itself',
  },
  {
    name: 'a mean of schedules, which is no monoid',
    laws: combinators.monoid({ ...s.MonoidSum, concat: (a, b) => (t) => (a(t) + b(t)) / 2 }, (x, y) => (x + y) / 2),
    law: 'joining schedules is associative',
  },
]

export const mutants: readonly Mutant[] = [...plain, ...chains, ...clocks, ...families, ...values]
