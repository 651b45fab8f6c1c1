import type { Law } from '../law.js'
import { type Mine, made } from '../run/mine.js'
import { agreement } from './agreement.js'
import { backends } from './backends.js'
import { finiteOverTensors } from './finite.js'
import { onNumbers } from './rule.js'
import { saved } from './saved.js'
import { tensors } from './tensors.js'

/**
 * What every optimizer owes, be it a formula or `{ init, update }` over tensors:
 *
 *     for (const law of laws.optimizer(() => lion({ lr: 1e-3 }))) test(law.name, () => law.assert())
 *
 * Given a function that makes it, there is one law more: that it is the same when it is made again. Parameters are a matrix `w` of
 * [3, 2] and a vector `b` of [2]; a counterexample shows their eight numbers in this order. A step is told its loss, the Hessian's
 * diagonal, and how to `evaluate` elsewhere.
 *
 * A formula is tried by its meaning, in float64, and for the rest on tfjs's current back end: set one first, `await useWasm()`.
 * What is no formula runs there throughout, and is compared with tfjs's back end "cpu" if another one is set by now.
 *
 * Three laws are not for everybody: names of leaves, and their nesting, do not matter but to those that look at paths, nor their order
 * but to those that number them, for seeds. Such optimizers are held to the others: `.filter(({ name }) => …)`.
 */
export const optimizer = (mine: Mine): readonly Law[] => {
  const it = made(mine)
  const own = it.rule ? [finiteOverTensors(it), agreement(it, it.rule)] : [...saved(it), ...backends(it)]
  return [...onNumbers(mine), ...tensors(mine), ...own]
}
