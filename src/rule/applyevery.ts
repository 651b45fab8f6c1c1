import { built } from '../built.js'
import { check } from '../schedule/check.js'
import { wholeFrom } from '../schedule/range.js'
import { rule } from './rule.js'

/**
 * The sum of k steps at every k-th update, and 0 between them: last in a chain, whose optimizers run at every update.
 * `every` is for what should run at every k-th one. Optax's `apply_every`.
 *
 *     sum ← sum + g          from 0 after every k-th update
 *     Δ = sum where k divides t, else 0
 */
export const applyEvery = built('applyEvery', ['number!'], (k: number) => {
  check('applyEvery', wholeFrom(1), { k })
  return rule({
    name: 'applyEvery',
    hyper: { first: (t) => (t % k === 1 % k ? 1 : 0), last: (t) => (t % k === 0 ? 1 : 0) },
    slots: { sum: 0 },
    step: ({ g, sum, first, last }) => {
      const next = first.select(g, sum.add(g))
      return { sum: last.select(sum, next), delta: last.select(next, 0) }
    },
  })
})
