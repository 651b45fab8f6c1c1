import fc from 'fast-check'
import type { Optimizer } from '../../src/optimizer/optimizer.js'
import { say } from '../refuted.js'

/** What `make` gives for each of a few arguments, made once. */
export const remembered = <Args extends readonly unknown[], A>(make: (...args: Args) => A): ((...args: Args) => A) => {
  const known = new Map<string, A>()
  return (...args) => {
    const key = say(args)
    if (!known.has(key)) known.set(key, make(...args))
    return known.get(key) as A
  }
}

/**
 * Optimizers of a constructor, for laws that draw its options. Each is made once: a formula is traced when it is made, and compiled when
 * it first runs, which takes longer than a short run. So options are drawn from few values; the simplest is the first.
 */
export const made = <O extends object>(make: (options: O) => Optimizer): ((options: O) => Optimizer) => remembered(make)

const halved = (t: number): number => 2 ** -(t % 4)

/** A rate that is constant, or one that is not; by powers of two. */
export const lr = fc.constantFrom(1, halved)
