import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/** Seeded randomness: equal seeds give equal numbers, on every machine. */

/** One 32-bit seed of several numbers, each of which changes it: Knuth's multiplicative hash, folded. */
export const mixed = (...numbers: readonly number[]): number =>
  numbers.reduce((h, x) => {
    const y = Math.imul(h ^ Math.trunc(x), 0x9e3779b1)
    return (y ^ (y >>> 15)) | 0
  }, 0x2545f491)

/** Integers 0 ≤ x < n, one after the other. */
export const integers = (seed: number): ((n: number) => number) => {
  const generator = xoroshiro128plus(seed)
  return (n) => uniformInt(generator, 0, n - 1)
}
