import type { Tensor } from '@tensorflow/tfjs-core'
import { brief, mistake } from '../failure.js'
import { checkStep, fitted, frameOf, type Moved, packed, scalarsAt } from '../kernel/kernel.js'
import type { Optimizer, Point } from '../optimizer/optimizer.js'
import type { Rule } from '../rule/rule.js'
import type { Step } from '../schedule/schedule.js'
import { add, copied, copy, dispose, entries, keep, rebuild, type Tensors, type TreeOf, tensors } from '../tree.js'
import { type Carry, isOurs, type Known, know, knownOf, made, refuseSpent, spend } from './carry.js'

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
  const state = keep(optimizer.init(copies as Tensors))
  return made(
    { params: copies, state, t: 0, extra: keep(copied(extra)) } as Carry<P, S, E>,
    know(optimizer, frame, copies, state),
  )
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
    step(optimizer, carry, { grads, loss }) as Carry<P, S>

/** What a step is made from. With `guard`, none is made where a gradient is not finite. */
interface Seen<P> extends Pick<Point<P>, 'loss' | 'evaluate'> {
  readonly grads: P
  readonly guard?: boolean
}

/** `advance`; nothing and the carry as it was where the guard refuses. */
export const step = <P, S, E>(
  optimizer: Optimizer<S>,
  given: Carry<P, S, E>,
  seen: Seen<P>,
): Carry<P, S, E> | undefined => {
  const carry = ours(optimizer, given)
  try {
    return moved(optimizer, carry, seen)
  } finally {
    // A copy that is not spent: the step was refused, and nobody else has it.
    if (carry !== given && isOurs(carry)) dispose(carry)
  }
}

const moved = <P, S, E>(optimizer: Optimizer<S>, carry: Carry<P, S, E>, seen: Seen<P>): Carry<P, S, E> | undefined => {
  const about = knownOf(optimizer, carry)
  const { frame } = about
  if (frame.executor.name !== frame.name)
    throw mistake('advance', `the back end is "${frame.executor.name}"`, `"${frame.name}", on which this carry began`)
  const gradients = fitted('advance', 'grads', frame, seen.grads)
  const t = carry.t + 1
  const next = optimizer.rule
    ? byRule(optimizer.rule, about, carry, gradients, t, seen)
    : byUpdate(optimizer, about, carry, gradients, t, seen)
  if (next) spend(carry, t)
  return next
}

const byRule = <P, S, E>(
  rule: Rule,
  about: Known,
  carry: Carry<P, S, E>,
  grads: readonly unknown[],
  t: Step,
  { loss, guard = false }: Seen<P>,
): Carry<P, S, E> | undefined => {
  const { frame, leaves, slots = [], constants } = about
  const { executor, shapes } = frame
  const scalars = scalarsAt(rule, t, loss)
  const moved = executor.advance({ rule, shapes, grads, params: leaves, slots, scalars, constants }, guard)
  if (!moved) return undefined
  const { params, state, extra } = carry
  if (unchanged(moved, about)) return made({ params, state, t, extra }, about)
  keep([moved.params, moved.slots])
  return made(
    { params: rebuild(frame.like, moved.params) as P, state: packed(rule, frame, moved.slots) as S, t, extra },
    { ...about, leaves: moved.params, slots: moved.slots },
  )
}

const unchanged = ({ params, slots }: Moved<unknown>, about: Known): boolean =>
  params.every((x, i) => x === about.leaves[i]) &&
  slots.every((slot, s) => slot.every((x, i) => x === about.slots?.[s]?.[i]))

/** Without a rule: a pure update, then θ + Δθ; what the old carry held and the new one does not is disposed. */
const byUpdate = <P, S, E>(
  optimizer: Optimizer<S>,
  { frame }: Known,
  { params, state, extra }: Carry<P, S, E>,
  gradients: readonly unknown[],
  t: Step,
  { grads, loss, evaluate, guard }: Seen<P>,
): Carry<P, S, E> | undefined => {
  if (guard && !gradients.every((x) => frame.executor.finite(x))) return undefined
  const [after, delta] = optimizer.update(state, grads, t, { params, loss, evaluate })
  fitted('advance', 'delta', frame, delta)
  const nextState = keep(withoutTensorsOf(grads, after))
  const nextParams = keep(add(params, delta))
  const alive = new Set(tensors([nextState, nextParams, grads]))
  for (const x of new Set(tensors([params, state, delta]))) if (!alive.has(x)) dispose(x)
  return made({ params: nextParams, state: nextState, t, extra }, know(optimizer, frame, nextParams, nextState))
}

/** The gradients stay the caller's: a state that holds one of them gets a copy. */
const withoutTensorsOf = <S>(grads: unknown, state: S): S => {
  const theirs = new Set<unknown>(tensors(grads))
  const leaves = entries(state)
  if (!leaves.some(([, x]) => theirs.has(x))) return state
  return rebuild(
    state,
    leaves.map(([, x]) => (theirs.has(x) ? copy(x as Tensor) : x)),
  ) as S
}

/** A carry that `begin` or `advance` made; one that somebody put together is copied, byte for byte, and stays as it is. */
export const ours = <P, S, E>(optimizer: Optimizer<S>, carry: Carry<P, S, E>): Carry<P, S, E> => {
  refuseSpent('advance', carry)
  if (isOurs(carry)) return carry
  if (typeof carry !== 'object' || carry === null || !('params' in carry) || !('state' in carry))
    throw mistake('advance', `the carry is ${brief(carry)}`, 'what begin or advance returned')
  checkStep('advance', carry.t + 1)
  const frame = frameOf('advance', 'params', carry.params)
  // A state that does not fit is refused before anything is copied.
  know(optimizer, frame, carry.params, carry.state)
  const params = keep(copied(carry.params))
  const state = keep(copied(carry.state))
  const extra = keep(copied(carry.extra))
  return made({ params, state, t: carry.t, extra } as Carry<P, S, E>, know(optimizer, frame, params, state))
}
