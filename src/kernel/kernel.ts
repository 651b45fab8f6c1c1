import { mistake } from '../failure.ts'
import type { Point } from '../optimizer/optimizer.ts'
import type { Rule } from '../rule/rule.ts'
import { entries, rebuild, type Tensors } from '../tree.ts'
import { fitted, frameOf } from './frame.ts'
import { checkStep, constantsOf, reads, scalarsAt } from './scalars.ts'
import { packed, scalarShape, slotsOf } from './state.ts'

/**
 * Runs rules: finds the executor for the leaves at hand, holds what it is given against the rule and against each other,
 * and puts results back into trees. The door of this room.
 */
export type { Executor, Moved, Work } from './executor.ts'
export { type Frame, fitted, frameOf } from './frame.ts'
export { host } from './host.ts'
export { executorFor, register } from './registry.ts'
export { checkStep, constantsOf, hypersAt, scalarsAt } from './scalars.ts'
export { packed, slotsOf } from './state.ts'

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
