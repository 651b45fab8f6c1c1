import { built } from '../built.js'
import type { Expr } from '../expr/expr.js'
import { formula, perTree } from '../rule/formula.js'
import { held } from '../rule/gated.js'
import { fromRule } from '../rule/rule.js'
import type { Hyper } from '../schedule/schedule.js'
import type { Optimizer } from './optimizer.js'
import { ruleOf } from './ruleof.js'

/**
 * An optimizer that is asked at some updates only: those where `when` is not 0. Its t counts them. Elsewhere its state stays, and
 *
 *     conditionallyTransform: Δ = g
 *     conditionallyMask:      Δ = 0
 *
 * After Optax's, https://optax.readthedocs.io/en/latest/api/transformations.html#optax.transforms.conditionally_transform
 */
export const conditionallyTransform = built(
  'conditionallyTransform',
  ['hyper!', 'optimizer!'],
  (when: Hyper, optimizer: Optimizer): Optimizer<readonly unknown[]> =>
    conditionally('conditionallyTransform', when, optimizer, (g) => g),
)

export const conditionallyMask = built(
  'conditionallyMask',
  ['hyper!', 'optimizer!'],
  (when: Hyper, optimizer: Optimizer): Optimizer<readonly unknown[]> =>
    conditionally('conditionallyMask', when, optimizer, () => 0),
)

const conditionally = (
  name: string,
  when: Hyper,
  optimizer: Optimizer,
  otherwise: (g: Expr) => Expr | number,
): Optimizer<readonly unknown[]> => {
  const own = formula({
    name,
    hyper: { when },
    slots: { made: perTree(0) },
    step: ({ g, when, made }) => ({ made: made.add(when.eq(0).select(0, 1)), delta: g }),
  })
  return fromRule(
    held({
      own,
      rule: ruleOf(name, optimizer),
      join: (symbols) => ({
        g: symbols.next('delta'),
        when: symbols.of('when'),
        clock: { t: symbols.next('made') },
        otherwise: otherwise(symbols.next('delta')),
      }),
    }),
  ) as Optimizer<readonly unknown[]>
}
