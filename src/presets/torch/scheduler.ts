import type { Schedule, Step } from '../../schedule/schedule.js'
import { clamped, counted } from '../count.js'

/**
 * What PyTorch's schedulers are to one another: each of them, at each count, rewrites the one rate of the optimizer.
 * https://github.com/pytorch/pytorch/blob/v2.13.0/torch/optim/lr_scheduler.py
 *
 * Alone, most of those rewritings have a closed form, `at`; where there are more, `step` is what matters.
 *
 *     at(n) = step(n, at(n − 1)),  at(0) = step(0, lr)
 */
export interface Scheduler {
  /** The optimizer's rate, of those that go by it. */
  readonly lr?: number
  /** The rate at a count, if nobody else writes it. */
  readonly at: Schedule
  /** What it makes of the rate x at a count. */
  readonly step: (count: Step, x: number) => number
  /** The last count, up to this one, at which `step` did not look at x; 0 if there is none. */
  readonly forgot: Schedule
  /** at / lr, of those that only multiply. */
  readonly factor?: Schedule
}

/** One that only multiplies: the rate is lr · factor(n), and `ratio(n)` is factor(n) / factor(n − 1), or factor(0) at 0. */
export const multiplies = (lr: number, factor: Schedule, ratio: Schedule): Scheduler => ({
  lr,
  at: (count) => clamped(lr * factor(count)),
  step: (count, x) => x * ratio(count),
  forgot: () => 0,
  factor,
})

/** One that writes a value whatever the rate was. */
export const writes = (at: Schedule, lr?: number): Scheduler => ({ lr, at, step: at, forgot: (count) => count })

/**
 * The rate where only the recursion tells it: x ← step(n, x) from `start`, and from the last count at which x was forgotten.
 * The last value that was found is kept, so that update after update costs one step each; what is returned depends on the
 * count alone.
 */
export const stepped = (start: number, { step, forgot }: Pick<Scheduler, 'step' | 'forgot'>): Schedule => {
  let found = -1
  let rate = start
  return (count) => {
    const since = forgot(count)
    if (found < since || found > count) {
      found = since - 1
      rate = start
    }
    while (found < count) {
      rate = clamped(step(found + 1, rate))
      found += 1
    }
    return rate
  }
}

const SCHEDULER: unique symbol = Symbol('gradus.torch.scheduler')

/** A scheduler as a schedule on our clock. */
export const scheduler = (name: string, args: readonly unknown[], made: Scheduler): Schedule =>
  Object.assign(counted(`torch.${name}`, args, made.at), { [SCHEDULER]: made })

export const schedulerOf = (schedule: Schedule): Scheduler | undefined =>
  (schedule as { [SCHEDULER]?: Scheduler })[SCHEDULER]
