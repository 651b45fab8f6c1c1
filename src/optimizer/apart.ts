import { fromRule, type Rule } from '../rule/rule.js'
import { still } from '../rule/still.js'
import type { Step } from '../schedule/schedule.js'
import { copied, type Tensors } from '../tree.js'
import { discard } from './discard.js'
import type { Optimizer, Point } from './optimizer.js'

/**
 * What `held` is for an optimizer that is no formula: the combinator's own formulas first, then, where `steps` says so, the
 * optimizer with their delta, on a t of its own. Elsewhere its state stays, and θ too.
 */
interface Apart {
  /** The number of the optimizer's next step. */
  clock(t: Step, before: Slots): Step
  steps(t: Step, before: Slots, after: Slots): boolean
}

export const apart = (
  own: Rule,
  optimizer: Optimizer,
  { clock, steps }: Apart,
): Optimizer<readonly [unknown, unknown]> => {
  const first = fromRule(own) as Optimizer<Slots>
  const { probe, readout } = optimizer
  return {
    init: (params) => [first.init(params), optimizer.init(params)],
    update: <P>([before, inner]: readonly [unknown, unknown], grad: P, t: Step, at: Point<P>) => {
      const [after, g] = first.update(before as Slots, grad, t, at)
      const [next, delta] = steps(t, before as Slots, after)
        ? optimizer.update(inner, g, clock(t, before as Slots), at)
        : rest(inner, grad, t, at)
      discard(g, next, delta, after)
      return [[after, next], delta] as const
    },
    ...(probe && {
      probe: ([before, inner], params, gradAt, t) =>
        probe.call(optimizer, inner, params, gradAt as never, clock(t, before as Slots)) as typeof params,
    }),
    ...(readout && { readout: ([, inner], params) => readout.call(optimizer, inner, params) as typeof params }),
  }
}

export type Slots = Readonly<Record<string, Tensors>>

/** The state again, in tensors of its own, and no step. */
const rest = <P>(state: unknown, grad: P, t: Step, at: Point<P>): readonly [unknown, P] => [
  copied(state),
  still.update({}, grad, t, at)[1],
]
