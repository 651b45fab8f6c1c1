import { mistake } from '../failure.js'
import type { Point } from '../optimizer/optimizer.js'
import type { Rule } from '../rule/rule.js'
import { entries, rebuild, type Tensors } from '../tree.js'
import { fitted, frameOf } from './frame.js'
import { checkStep, constantsOf, reads, scalarsAt } from './scalars.js'
import { packed, scalarShape, slotsOf } from './state.js'

/**
 * Runs rules: finds the executor for the leaves at hand, holds what it is given against the rule and against each other,
 * and puts results back into trees. The door of this room.
 */
export type { Executor, Moved, Work } from './executor.js'
export { type Frame, fitted, frameOf } from './frame.js'
export { host } from './host.js'
export { executorFor, register } from './registry.js'
export { checkStep, constantsOf, hypersAt, scalarsAt } from './scalars.js'
export { packed, slotsOf } from './state.js'

export const init = (rule: Rule, params: Tensors): unknown => {
  const frame = frameOf('optimizer.init', 'params', params)
  const { executor, shapes } = frame
  const leaves = entries(params).map(([, leaf]) => leaf)
  const slots = Object.values(rule.slots).map(({ per, start }): unknown[] => {
    if (start === 'theta') return leaves.map((leaf) => executor.copy(leaf))
    if (per === 'tree') return [executor.fill(scalarShape(frame), start)]
    return shapes.map((shape) => executor.fill(per === 'element' ? shape : scalarShape(frame), start))
  })
  return packed(rule, frame, slots)
}

export const update = <P>(rule: Rule, state: unknown, grad: P, t: number, at?: Point<P>): readonly [unknown, P] => {
  const who = 'optimizer.update'
  checkStep(who, t)
  const frame = at ? frameOf(who, 'params', at.params) : frameOf(who, 'grad', grad)
  if (!at && reads(rule, 'theta')) throw mistake(who, 'params are missing', 'them in the fourth argument: { params }')
  const { slots, delta } = frame.executor.update({
    rule,
    shapes: frame.shapes,
    grads: fitted(who, 'grad', frame, grad),
    ...(at ? { params: entries(at.params).map(([, leaf]) => leaf) } : {}),
    slots: slotsOf(who, rule, frame, state),
    scalars: scalarsAt(rule, t, at?.loss),
    constants: constantsOf(rule, frame),
  })
  return [packed(rule, frame, slots), rebuild(frame.like, delta) as P]
}
