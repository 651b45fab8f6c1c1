import type { Monoid as MonoidOf } from 'fp-ts/lib/Monoid.js'
import { type Chain, chain } from './chain.js'
import type { Optimizer } from './optimizer.js'

/** The chain of nothing: Δθ is g. */
export const identity: Chain<[]> = chain()

/** fp-ts's instance: optimizers under `chain`. */
export const Monoid: MonoidOf<Optimizer> = { empty: identity, concat: (x, y) => chain(x, y) }
