import { brief, mistake } from '../../failure.js'
import { type Schedule, show } from '../../schedule/schedule.js'
import { clamped } from '../count.js'
import { type Scheduler, scheduler, schedulerOf, stepped } from './scheduler.js'

/**
 * PyTorch's `ChainedScheduler`: at each count all of them rewrite the rate, from left to right.
 * https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ChainedScheduler.html
 *
 *     x ← stepₖ(n, … step₁(n, x))          from x = lr, at n = 0, 1, 2, …
 *
 * - If all of them only multiply (stepLR, multiStepLR, exponentialLR, constantLR, linearLR, polynomialLR, multiplicativeLR),
 *   the value is lr · Π sᵢ(n) / lr.
 * - lambdaLR, cyclicLR, oneCycleLR and cosineAnnealingWarmRestarts write their value over whatever was there: nothing left of
 *   them is heard, and what comes after the last of them multiplies by its *one step* at n, not by all of its steps.
 * - cosineAnnealingLR and swaLR bend the rate towards etaMin and swaLr, and write it where they reach that; sequentialLR
 *   writes it at its milestones. With one of these a value takes the steps since then, or one step if the last that was asked
 *   for was that of the count before.
 *
 * All must have the same lr, PyTorch's having one optimizer. Where we differ: there OneCycleLR and CyclicLR change the lr of
 * those that are made after them, and two SWALR both go to the swa_lr of the last.
 */
export const chainedScheduler = (schedulers: readonly Schedule[]): Schedule => {
  const who = 'torch.chainedScheduler'
  if (!Array.isArray(schedulers) || schedulers.length === 0)
    throw mistake(who, `schedulers is ${brief(schedulers)}`, 'a list of one schedule or more')
  const parts = schedulers.map((s, i) => {
    const part = typeof s === 'function' ? schedulerOf(s) : undefined
    if (part) return part
    const came = typeof s === 'function' ? show(s) : brief(s)
    throw mistake(who, `schedulers[${i}] is ${came}`, 'a schedule that a scheduler of torch made')
  })
  return scheduler('chainedScheduler', [schedulers], chained(who, parts))
}

const chained = (who: string, parts: readonly Scheduler[]): Scheduler => {
  let lr: number | undefined
  for (const [i, part] of parts.entries()) {
    if (lr !== undefined && part.lr !== undefined && part.lr !== lr)
      throw mistake(who, `schedulers[${i}] has lr ${part.lr}`, `${lr}, as those before it`)
    lr ??= part.lr
  }
  const step = (count: number, x: number): number => {
    let rate = x
    for (const part of parts) rate = clamped(part.step(count, rate))
    return rate
  }
  const forgot = (count: number): number => {
    let last = 0
    for (const part of parts) last = Math.max(last, part.forgot(count))
    return last
  }
  const start = lr ?? 0
  const factors = parts.map(({ factor }) => factor).filter((factor) => factor !== undefined)
  if (factors.length < parts.length) return { lr, at: stepped(start, { step, forgot }), step, forgot }
  const product = (count: number): number => {
    let value = 1
    for (const factor of factors) value = clamped(value * factor(count))
    return value
  }
  return { lr, at: (count) => clamped(start * product(count)), step, forgot, factor: product }
}
