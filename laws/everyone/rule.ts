import type { Optimizer } from '../../src/optimizer/optimizer.js'
import { ruleOf } from '../../src/optimizer/ruleof.js'
import type { Law } from '../law.js'
import { type Mine, made } from '../run/mine.js'
import { chained } from './chained.js'
import { finite } from './finite.js'
import { leaves } from './leaves.js'
import { pure } from './pure.js'

/**
 * What every optimizer owes that is a formula, in its meaning: float64, without TensorFlow. With a function that makes it, also that
 * two of them are one.
 *
 * @throws where the optimizer has no rule.
 */
export const rule = (mine: Mine): readonly Law[] => {
  ruleOf('laws.rule', made(mine))
  return onNumbers(mine)
}

/** The same of any optimizer: over tensors, and in float32, where it is no formula. */
export const onNumbers = (mine: Mine): readonly Law[] => {
  const optimizer: Optimizer = made(mine)
  return [...pure(mine), finite(optimizer), ...leaves(optimizer), ...chained(optimizer)]
}
