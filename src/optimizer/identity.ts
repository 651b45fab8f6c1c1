import type { Monoid } from 'fp-ts/lib/Monoid.js'
import { type Chain, chain } from './chain.js'
import type { Optimizer } from './optimizer.js'

/** The chain of nothing: Δθ is g. */
export const identity: Chain<[]> = chain()

/** Optimizers under `chain`. */
export const monoid: Monoid<Optimizer> = { empty: identity, concat: (x, y) => chain(x, y) }
