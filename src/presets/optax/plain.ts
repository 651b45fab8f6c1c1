import { built, builtOfMany } from '../../built.js'
import { chain as inTurn } from '../../optimizer/chain.js'
import type { Optimizer } from '../../optimizer/optimizer.js'
import { rule } from '../../rule/rule.js'

/**
 * What Optax 0.2.9 puts transformations together with, and the two that are nothing.
 * https://optax.readthedocs.io/en/latest/api/combining_optimizers.html
 */

/** `optax.identity`: the updates as they are. */
export const identity = built('optax.identity', [], () => inTurn())

/** `optax.set_to_zero`: 0, whatever the updates were. */
export const setToZero = built('optax.setToZero', [], () => rule({ name: 'setToZero', step: () => ({ delta: 0 }) }))

/** `optax.chain`: one after the other. It is our `chain`. */
export const chain = builtOfMany(
  'optax.chain',
  'optimizer',
  (...transforms: readonly Optimizer[]): Optimizer => inTurn(...transforms),
)

/** `optax.named_chain`: one after the other, in the order in which the names were written. */
export const namedChain = built(
  'optax.namedChain',
  ['optimizers!'],
  (transforms: Readonly<Record<string, Optimizer>>): Optimizer => inTurn(...Object.values(transforms)),
)
