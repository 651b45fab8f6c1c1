import type { Expr } from '../expr/expr.js'
import { mistake } from '../failure.js'
import type { Point } from '../optimizer/optimizer.js'
import type { Rule } from '../rule/rule.js'
import { entries, rebuild, type Tensors } from '../tree.js'
import { fitted, frameOf } from './frame.js'
import { madeOnce } from './once.js'
import { checkStep, constantsOf, reads, scalarsAt, unscheduled } from './scalars.js'
import { packed, placesOf, scalarShape, slotsOf } from './state.js'

/**
 * Runs rules: finds the executor for the leaves at hand, holds what it is given against the rule and against each other,
 * and puts results back into trees. The door of this room.
 */
export { type Context, contextAtHand } from './context.js'
export type { Executor, Moved, Work } from './executor.js'
export { type Frame, fitted, frameOf } from './frame.js'
export { host } from './host.js'
export { executorFor, register } from './registry.js'
export { checkStep, constantsOf, hypersAt, scalarsAt, valueAt } from './scalars.js'
export { packed, slotsOf } from './state.js'

export const init = (rule: Rule, params: Tensors): unknown => {
  const frame = frameOf('optimizer.init', 'params', params)
  const { executor, shapes } = frame
  const leaves = entries(params).map(([, leaf]) => leaf)
  // A path that a leaf constant refuses is refused before anything is made.
  constantsOf(rule, frame)
  const slots = Object.values(rule.slots).map((slot): unknown[] => {
    const { per, start } = slot
    if (per === 'tree') return [executor.fill(scalarShape(frame), start as number)]
    return placesOf(slot, frame, rule.leaf).map((i) => {
      if (start === 'theta') return executor.copy(leaves[i])
      return executor.fill(per === 'element' ? (shapes[i] as readonly number[]) : scalarShape(frame), start)
    })
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

/** Where a formula is read: before update t, with the gradient at a point as far as it is needed; or after the last one. */
interface Reading<P> {
  readonly t: number
  readonly gradAt: (params: P) => P
}

/** The value of a formula over θ, the state and the hypers, which may be no schedules where no t is told. */
export const read = <P>(rule: Rule, formula: Expr, state: unknown, params: P, reading?: Reading<P>): P => {
  const who = `${rule.name}: ${reading ? 'probe' : 'readout'}`
  const frame = frameOf(who, 'params', params)
  const { executor, shapes, like } = frame
  const reader = readerOf(rule)(formula)
  const leaves = entries(params).map(([, leaf]) => leaf)
  const grad = reading && reads(reader, 'g') ? reading.gradAt(params) : undefined
  const { delta } = executor.update({
    rule: reader,
    shapes,
    grads: grad === undefined ? leaves : fitted(who, 'grad', frame, grad),
    params: leaves,
    slots: slotsOf(who, rule, frame, state),
    scalars: reading ? scalarsAt(reader, reading.t, undefined) : unscheduled(who, reader),
    constants: constantsOf(rule, frame),
  })
  if (grad !== undefined) for (const [, leaf] of entries(grad)) executor.dispose(leaf)
  return rebuild(like, delta) as P
}

/** A rule that has a formula for its delta alone: it reads its slots. */
const readerOf = madeOnce((rule: Rule) => madeOnce((delta: Expr): Rule => ({ ...rule, step: { delta } })))
