/**
 * What combinators of schedules obey, and some families of schedules. Each list takes the combinator, so that one's own can be held
 * to it: `for (const law of laws.combinators.chain(myChain)) test(law.name, () => law.assert())`.
 */

export { chain } from './combinator/chain.js'
export { delay, hold, reverse, staircase, stretch, zeroBased } from './combinator/clock.js'
export { cycle } from './combinator/cycle.js'
export { cosine, linear, polynomial } from './combinator/family.js'
export { type Monoid, monoid, pointwise } from './combinator/pointwise.js'
export { ramp, warmup } from './combinator/warmup.js'
