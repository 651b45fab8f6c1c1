import { brief, mistake } from '../failure.js'
import { init, read, update } from '../kernel/kernel.js'
import type { Optimizer } from '../optimizer/optimizer.js'
import type { Tensors } from '../tree.js'
import { formula, type Hyperparameter, type Rule, type RuleSpec } from './formula.js'

export type { Hyperparameter, Rule, RuleSpec, Slot } from './formula.js'

export type RuleState<S extends string> = { readonly [slot in S]: Tensors }

/**
 * An optimizer from its formula. `step` is called once, with symbols.
 *
 * @throws where a name is reserved, bad or taken twice, a hyperparameter is out of its range, or `step` does not return
 * one formula for each slot and one for `delta`.
 */
/* @__NO_SIDE_EFFECTS__ */
export const rule = <H extends string = never, S extends string = never, L extends string = never>(
  spec: RuleSpec<H, S, L>,
): Optimizer<RuleState<S>> => fromRule(formula(spec)) as Optimizer<RuleState<S>>

/** The optimizer that a rule describes. */
export const fromRule = (data: Rule): Optimizer => {
  for (const hyper of Object.values(data.hyper)) check(hyper)
  const { probe, readout } = data
  return {
    rule: data,
    init: (params) => init(data, params),
    update: (state, grad, t, at) => update(data, state, grad, t, at),
    ...(probe && { probe: (state, params, gradAt, t) => read(data, probe, state, params, { t, gradAt }) }),
    ...(readout && { readout: (state, params) => read(data, readout, state, params) }),
  }
}

/** A number has to be in range; a schedule's values are looked at when they are used. */
const check = ({ of, name, value, range }: Hyperparameter): void => {
  if (typeof value === 'function' || (typeof value === 'number' && range.holds(value))) return
  const expected = typeof value === 'number' ? range.say(name) : 'a number or a schedule'
  throw mistake(of, `${name} is ${brief(value)}`, expected)
}
