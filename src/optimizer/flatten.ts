import { built } from '../built.js'
import { type Expr, variable } from '../expr/expr.js'
import { building, fold } from '../expr/fold.js'
import { mistake } from '../failure.js'
import { mapRecord, type Rule } from '../rule/formula.js'
import { fromRule } from '../rule/rule.js'
import type { Optimizer } from './optimizer.js'
import { ruleOf } from './ruleof.js'

/**
 * An optimizer that sees the whole tree as one tensor: what it would do tensor by tensor, a norm or a slot of one number, it does
 * once for all of them. Optax's `flatten`.
 *
 *     flatten(a) = a where a goes element by element
 *
 * @throws where the optimizer is no formula, or tells leaves apart by their path.
 */
export const flatten = built('flatten', ['optimizer!'], (optimizer: Optimizer): Optimizer => {
  const rule = ruleOf('flatten', optimizer)
  const [leaf] = Object.keys(rule.leaf)
  if (leaf !== undefined)
    throw mistake('flatten', `the optimizer has "${leaf}" for each leaf`, 'one that does not look at paths')
  return fromRule(flattened(rule))
})

const treewide = fold<Expr>({
  ...building,
  variable: (name, varies) => variable(name, varies === 'tensor' ? 'tree' : varies),
  reduce: (op, _, arg) => building.reduce(op, 'tree', arg),
})

const flattened = ({ slots, step, parts, probe, readout, ...rule }: Rule): Rule => ({
  ...rule,
  slots: mapRecord(slots, (slot) => (slot.per === 'tensor' ? { ...slot, per: 'tree' } : slot)),
  step: mapRecord(step, treewide),
  ...(parts && { parts: parts.map(flattened) }),
  ...(probe && { probe: treewide(probe) }),
  ...(readout && { readout: treewide(readout) }),
})
