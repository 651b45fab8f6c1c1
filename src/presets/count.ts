import { described, type Schedule } from '../schedule/schedule.js'

/**
 * Frameworks count the updates that were made: their count is 0 at the first update, where our t is 1. What a preset
 * makes is on our clock; inside, a schedule of theirs is a function of the count.
 *
 *     counted(name, args, f)(t) = f(max(0, t − 1)), and shows as name(…args)
 *     atCount(s)(count) = s(count + 1)          stairs(n)(f)(count) = f(n · ⌊count / n⌋)
 */
export const counted = (name: string, args: readonly unknown[], f: Schedule): Schedule =>
  described({ name, args }, (t) => f(Math.max(0, t - 1)))

/** A schedule of ours as a function of the count. */
export const atCount =
  (s: Schedule): Schedule =>
  (count) =>
    s(count + 1)

/** A flight of stairs with a new value *at* each multiple of n; ours, `schedule.staircase`, has it after them. */
export const stairs =
  (n: number) =>
  (f: Schedule): Schedule =>
  (count) =>
    f(n * Math.floor(count / n))

/** Which of the pieces a count is in: the last of those that begin at these boundaries, 0 where none has begun. */
export const begun = (boundaries: readonly number[], count: number): number => {
  let k = boundaries.length
  while (k > 0 && count < (boundaries[k - 1] as number)) k -= 1
  return k
}

/** A number however far it grew: the largest one instead of ∞. */
export const clamped = (x: number): number => Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, x))
