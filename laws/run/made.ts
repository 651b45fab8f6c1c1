import fc from 'fast-check'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import { say } from '../refuted.js'

/**
 * Optimizers of a constructor, for laws that draw its options. Each is made once: a formula is traced when it is made, and compiled when
 * it first runs, which takes longer than a short run. So options are drawn from few values; the simplest is the first.
 */
export const made = <O extends object>(make: (options: O) => Optimizer): ((options: O) => Optimizer) => {
  const known = new Map<string, Optimizer>()
  return (options) => {
    const key = say(options)
    const mine = known.get(key) ?? make(options)
    known.set(key, mine)
    return mine
  }
}

const halved = (t: number): number => 2 ** -(t % 4)

/** A rate that is constant, or one that is not; by powers of two. */
export const lr = fc.constantFrom(1, halved)
