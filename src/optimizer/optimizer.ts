import type { Rule } from '../rule/rule.js'
import type { Step } from '../schedule/schedule.js'
import type { Tensors } from '../tree.js'

/** Where an update is made, for those optimizers that need more than the gradient. */
export interface Point<P> {
  readonly params: P
  readonly loss?: number
  /** The Hessian's diagonal, for those that ask. */
  readonly hessian?: P
  /** For line searches. */
  readonly evaluate?: (params: P) => readonly [loss: number, grad: P]
}

/**
 * An optimizer is a pure state transition `(state, grad, t) => [state, Δθ]`. Δθ is added to θ.
 *
 * `update` changes and disposes nothing it is given; what it returns is the caller's. Built-in optimizers return fresh
 * tensors; your own may return their arguments.
 */
export interface Optimizer<S = unknown> {
  /** The state before the first update. */
  init(params: Tensors): S
  /** `t` is the number of this update: 1, 2, 3, … */
  update<P>(state: S, grad: P, t: Step, at: Point<P>): readonly [state: S, delta: P]
  /** Present when the optimizer is a formula. */
  readonly rule?: Rule
  /** Where to take the gradient, if not at θ. */
  probe?<P>(state: S, params: P, gradAt: (params: P) => P, t: Step): P
  /** What to evaluate, if not θ. */
  readout?<P>(state: S, params: P): P
}
