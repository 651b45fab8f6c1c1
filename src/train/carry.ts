import type { Tensor } from '@tensorflow/tfjs-core'
import { brief, mistake } from '../failure.ts'
import type { Moved } from '../kernel/executor.ts'
import { checkStep, constantsOf, type Frame, fitted, frameOf, packed, scalarsAt, slotsOf } from '../kernel/kernel.ts'
import type { Optimizer } from '../optimizer/optimizer.ts'
import type { Step } from '../schedule/schedule.ts'
import { add, copy, dispose, entries, keep, rebuild, type Tensors, type TreeOf, tensors } from '../tree.ts'

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

/** What `advance` keeps of a carry, so that a step looks at nothing but the new gradients. */
interface Owned {
  readonly frame: Frame
  readonly leaves: readonly unknown[]
  /** The slots' leaves, where the optimizer is a rule. */
  readonly slots?: readonly (readonly unknown[])[]
  readonly backend: string
  readonly optimizer: Optimizer
}

const owned = new WeakMap<object, Owned>()
const spent = new WeakMap<object, Step>()

/**
 * The run before its first update. θ and `extra` are copied, so what you gave stays yours; slots that start at θ have copies
 * of their own.
 *
 * @throws where a leaf of `params` is not a float32 tensor.
 */
export const begin = <P, S, E = unknown>(
  optimizer: Optimizer<S>,
  params: P & TreeOf<Tensor, P>,
  extra?: E,
): Carry<P, S, E> => {
  const frame = frameOf('begin', 'params', params)
  const copies = keep(copied(params))
  return carryOf(optimizer, frame, copies, keep(optimizer.init(copies as Tensors)), 0, keep(copied(extra))) as Carry<
    P,
    S,
    E
  >
}

/**
 * One update: θ + Δθ and the next state, in the memory of the carry, which is spent. The gradients stay yours.
 *
 * A carry that you put together yourself, from a checkpoint for instance, is copied and not spent.
 *
 * @throws before anything is written, where the gradients do not fit, the carry was spent, or the back end is another one.
 */
export const advance =
  <S>(optimizer: Optimizer<S>) =>
  <P>(carry: Carry<P, S>, grads: P, loss?: number): Carry<P, S> =>
    step(optimizer, carry, grads, loss, false) as Carry<P, S>

/** `advance`; with `guard`, nothing and the carry as it was where a gradient is not finite. */
export const step = <P, S>(
  optimizer: Optimizer<S>,
  given: Carry<P, S>,
  grads: P,
  loss: number | undefined,
  guard: boolean,
): Carry<P, S> | undefined => {
  const at = spent.get(given)
  if (at !== undefined)
    throw mistake('advance', `this carry was spent by update ${at}`, 'the carry that advance returned')
  const carry = owned.has(given) ? given : adopted(optimizer, given)
  const own = ownedBy(optimizer, carry)
  const { frame } = own
  if (frame.executor.name !== own.backend)
    throw mistake('advance', `the back end is "${frame.executor.name}"`, `"${own.backend}", on which this carry began`)
  const gradients = fitted('advance', 'grads', frame, grads)
  const t = carry.t + 1
  const next = optimizer.rule
    ? byRule(own, gradients, t, loss, guard, carry)
    : byUpdate(optimizer, own, carry, grads, gradients, t, loss, guard)
  if (next && carry === given) spend(given, t)
  return next as Carry<P, S> | undefined
}

/** A run may go on with another optimizer, as long as the state fits it. */
const ownedBy = (optimizer: Optimizer, carry: Carry<unknown>): Owned => {
  const own = owned.get(carry) as Owned
  return own.optimizer === optimizer ? own : ownedFor(optimizer, own.frame, carry.params, carry.state)
}

const byRule = (
  own: Owned,
  grads: readonly unknown[],
  t: number,
  loss: number | undefined,
  guard: boolean,
  carry: Carry<unknown>,
) => {
  const { frame, leaves, slots = [], optimizer } = own
  const rule = optimizer.rule as NonNullable<Optimizer['rule']>
  const moved = frame.executor.advance(
    {
      rule,
      shapes: frame.shapes,
      grads,
      params: leaves,
      slots,
      scalars: scalarsAt(rule, t, loss),
      constants: constantsOf(rule, frame),
    },
    guard,
  )
  if (!moved) return undefined
  const same = unchanged(moved, own)
  if (!same) keep([moved.params, moved.slots])
  const params = same ? carry.params : rebuild(frame.like, moved.params)
  const state = same ? carry.state : packed(rule, frame, moved.slots)
  return made(params, state, t, carry.extra, { ...own, leaves: moved.params, slots: moved.slots })
}

const unchanged = ({ params, slots }: Moved<unknown>, own: Owned): boolean =>
  params.every((x, i) => x === own.leaves[i]) &&
  slots.every((slot, s) => slot.every((x, i) => x === own.slots?.[s]?.[i]))

/** Without a rule: a pure update, then θ + Δθ; what the old carry held and the new one does not is disposed. */
const byUpdate = <P, S>(
  optimizer: Optimizer<S>,
  own: Owned,
  { params, state, extra }: Carry<P, S>,
  grads: P,
  gradients: readonly unknown[],
  t: number,
  loss: number | undefined,
  guard: boolean,
) => {
  const { frame } = own
  if (guard && !gradients.every((x) => frame.executor.finite(x))) return undefined
  const [nextState, delta] = optimizer.update(state, grads, t, { params, loss })
  fitted('advance', 'delta', frame, delta)
  const nextParams = add(params, delta)
  const alive = new Set([...tensors(keep(nextState)), ...tensors(keep(nextParams)), ...tensors(grads)])
  for (const x of new Set(tensors([params, state, delta]))) if (!alive.has(x)) dispose(x)
  return carryOf(optimizer, frame, nextParams, nextState, t, extra)
}

/** Every tensor byte for byte, everything else as it is. */
const copied = <A>(tree: A): A =>
  rebuild(
    tree,
    entries(tree).map(([, x]) => (tensors(x).length === 1 ? copy(x as Tensor) : x)),
  ) as A

const carryOf = <P, S>(
  optimizer: Optimizer<S>,
  frame: Frame,
  params: P,
  state: S,
  t: Step,
  extra: unknown,
): Carry<P, S> => made(params, state, t, extra, ownedFor(optimizer, frame, params, state)) as Carry<P, S>

const ownedFor = (optimizer: Optimizer, { executor, paths, shapes }: Frame, params: unknown, state: unknown): Owned => {
  const { rule } = optimizer
  const frame: Frame = { executor, paths, shapes, like: params }
  return {
    frame,
    leaves: entries(params).map(([, leaf]) => leaf),
    ...(rule ? { slots: slotsOf('advance', rule, frame, state) } : {}),
    backend: executor.name,
    optimizer,
  }
}

/** A carry that somebody put together: its bytes are copied, it stays as it is. */
const adopted = <P, S>(optimizer: Optimizer<S>, carry: Carry<P, S>): Carry<P, S> => {
  if (typeof carry !== 'object' || carry === null || !('params' in carry) || !('state' in carry))
    throw mistake('advance', `the carry is ${brief(carry)}`, 'what begin or advance returned')
  checkStep('advance', carry.t + 1)
  const frame = frameOf('advance', 'params', carry.params)
  return carryOf(optimizer, frame, keep(copied(carry.params)), keep(copied(carry.state)), carry.t, carry.extra)
}

const made = (params: unknown, state: unknown, t: Step, extra: unknown, own: Owned): Carry<unknown> => {
  const members = { params, state, t, ...(extra === undefined ? {} : { extra }) }
  const carry = {}
  for (const [name, value] of Object.entries(members))
    Object.defineProperty(carry, name, {
      enumerable: true,
      get: () => {
        const at = spent.get(carry)
        if (at === undefined) return value
        throw mistake(`carry.${name}`, `this carry was spent by update ${at}`, 'the carry that advance returned')
      },
    })
  owned.set(carry, own)
  return carry as Carry<unknown>
}

const spend = (carry: object, t: Step): void => {
  spent.set(carry, t)
  owned.delete(carry)
}

/** The same run with another `extra`; the carry is spent. */
export const withExtra = <P, S, E>(carry: Carry<P, S, E>, extra: E): Carry<P, S, E> => {
  const own = owned.get(carry) as Owned
  const next = made(carry.params, carry.state, carry.t, extra, own) as Carry<P, S, E>
  spend(carry, carry.t)
  return next
}
