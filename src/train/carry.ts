import { mistake } from '../failure.js'
import { constantsOf, type Frame, slotsOf, type Work } from '../kernel/kernel.js'
import type { Optimizer } from '../optimizer/optimizer.js'
import type { Step } from '../schedule/schedule.js'
import { entries } from '../tree.js'

/**
 * A training run, whole: parameters, the optimizer's state, the number of updates made.
 *
 *     begin(optimizer, θ) ──▶ carry ──advance(optimizer)(carry, gradients)──▶ carry ──▶ …        tree.dispose(carry)
 *
 * A carry owns its tensors. `advance` spends the one it is given: its memory goes on in the next, and its members throw.
 */
export interface Carry<P, S = unknown, E = unknown> {
  readonly params: P
  readonly state: S
  /** The number of updates made. */
  readonly t: Step
  /** What the model keeps beside θ: batch normalisation's statistics. */
  readonly extra?: E
}

/** What is known of a carry that we made, so that a step looks at nothing but the new gradients. */
export interface Known {
  readonly frame: Frame
  /** θ's leaves, in the frame's order. */
  readonly leaves: readonly unknown[]
  /** The slots' leaves, where the optimizer is a rule. */
  readonly slots?: readonly (readonly unknown[])[]
  readonly constants: Work<unknown>['constants']
  readonly optimizer: Optimizer
}

const known = new WeakMap<object, Known>()
const spent = new WeakMap<object, Step>()

export const isOurs = (carry: object): boolean => known.has(carry)

/** A run may go on with another optimizer, as long as the state fits it. */
export const knownOf = (optimizer: Optimizer, carry: Carry<unknown>): Known => {
  const own = known.get(carry) as Known
  return own.optimizer === optimizer ? own : know(optimizer, own.frame, carry.params, carry.state)
}

export const know = (
  optimizer: Optimizer,
  { executor, name, paths, shapes }: Frame,
  params: unknown,
  state: unknown,
): Known => {
  const { rule } = optimizer
  const frame: Frame = { executor, name, paths, shapes, like: params }
  const leaves = entries(params).map(([, leaf]) => leaf)
  const slots = rule && slotsOf('advance', rule, frame, state)
  return { frame, leaves, slots, constants: rule ? constantsOf(rule, frame) : [], optimizer }
}

/** A carry of ours: its members throw once it is spent. */
export const made = <C extends Carry<unknown>>({ params, state, t, extra }: C, about: Known): C => {
  const members = { params, state, t, ...(extra === undefined ? {} : { extra }) }
  const carry = {}
  for (const [name, value] of Object.entries(members))
    Object.defineProperty(carry, name, {
      enumerable: true,
      get: () => {
        refuseSpent(`carry.${name}`, carry)
        return value
      },
    })
  known.set(carry, about)
  return carry as C
}

export const refuseSpent = (who: string, carry: object): void => {
  const at = spent.get(carry)
  if (at !== undefined) throw mistake(who, `this carry was spent by update ${at}`, 'the carry that advance returned')
}

export const spend = (carry: object, by: Step): void => {
  spent.set(carry, by)
  known.delete(carry)
}

/** The same run with another `extra`; the carry is spent. */
export const withExtra = <P, S, E>(carry: Carry<P, S, E>, extra: E): Carry<P, S, E> => {
  const next = made({ params: carry.params, state: carry.state, t: carry.t, extra }, known.get(carry) as Known)
  spend(carry, carry.t)
  return next
}
