/**
 * What combinators of schedules obey, and some families of schedules. Each list takes the combinator, so that one's own can be held
 * to it: `for (const law of laws.combinators.chain(myChain)) test(law.name, () => law.assert())`.
 */

export { chain } from './chain.js'
export { delay, hold, reverse, staircase, stretch, zeroBased } from './clock.js'
export { cycle } from './cycle.js'
export { cosine, linear, polynomial } from './family.js'
export { type Monoid, monoid, pointwise } from './pointwise.js'
export { ramp, warmup } from './warmup.js'
