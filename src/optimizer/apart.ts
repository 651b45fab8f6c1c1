import { fromRule, type Rule, rule } from '../rule/rule.js'
import type { Step } from '../schedule/schedule.js'
import { copy, entries, rebuild, type Tensors, tensors } from '../tree.js'
import { discard } from './discard.js'
import type { Optimizer, Point } from './optimizer.js'

/**
 * What `held` is for an optimizer that is no formula: the combinator's own formulas first, then, where the combinator says so,
 * the optimizer with their delta, on a t of its own. Elsewhere its state stays, and θ too.
 */
export const apart = (
  own: Rule,
  optimizer: Optimizer,
  clock: (t: Step, before: Slots, after: Slots) => Step | undefined,
): Optimizer<readonly [unknown, unknown]> => {
  const first = fromRule(own) as Optimizer<Slots>
  return {
    init: (params) => [first.init(params), optimizer.init(params)],
    update: <P>([before, inner]: readonly [unknown, unknown], grad: P, t: Step, at: Point<P>) => {
      const [after, g] = first.update(before as Slots, grad, t, at)
      const own = clock(t, before as Slots, after)
      const [next, delta] = own === undefined ? rest(inner, grad, t, at) : optimizer.update(inner, g, own, at)
      discard(g, next, delta, after)
      return [[after, next], delta] as const
    },
  }
}

type Slots = Readonly<Record<string, Tensors>>

const still = rule({ name: 'still', step: () => ({ delta: 0 }) })

/** The state again, in tensors of its own, and no step. */
const rest = <P>(state: unknown, grad: P, t: Step, at: Point<P>): readonly [unknown, P] => {
  const [, delta] = still.update({}, grad, t, at)
  const copies = entries(state).map(([, leaf]) => tensors(leaf)[0] ?? leaf)
  return [
    rebuild(
      state,
      copies.map((leaf) => (tensors(leaf).length === 1 ? copy(leaf as never) : leaf)),
    ),
    delta,
  ]
}
