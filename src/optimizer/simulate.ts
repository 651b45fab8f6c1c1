import { brief, mistake } from '../failure.ts'
import { host, init, update } from '../kernel/kernel.ts'
import { entries, rebuild, type Tree } from '../tree.ts'
import type { Optimizer } from './optimizer.ts'

/**
 * An optimizer's meaning: plain float64, no TensorFlow. Every back end is held to it; laws and plots use it.
 *
 *     for (const { t, params } of simulate(adam(), { x: Float64Array.of(1, 2) }, ({ x }) => ({ x: x.map((a) => 2 * a) }))) …
 */
export type Arrays = Tree<Float64Array>

export interface Simulated {
  readonly t: number
  /** θ after update t. */
  readonly params: Arrays
  readonly delta: Arrays
  readonly state: unknown
}

export interface Observed {
  readonly grad: Arrays
  readonly loss?: number
  readonly hessian?: Arrays
}

/** Gradients in order, or the gradient at θ for a closed loop that runs until its reader stops. */
export type Source = Iterable<Arrays | Observed> | ((params: Arrays, t: number) => Arrays | Observed)

/**
 * Yields what each update does. Arrays are fresh at every step. For optimizers that have a rule.
 *
 * @throws where the optimizer has no rule, or a tree does not fit.
 */
export function* simulate(optimizer: Optimizer, params: Arrays, source: Source): Generator<Simulated> {
  const { rule } = optimizer
  if (!rule) throw mistake('simulate', 'the optimizer has no rule', 'one that is a formula')
  for (const [path, leaf] of entries(params))
    if (!host.shape(leaf)) throw mistake('simulate', `leaf "${path}" of params is ${brief(leaf)}`, host.leaves)
  let theta = params
  let state = init(rule, params as never)
  let t = 0
  const gradients =
    typeof source === 'function'
      ? closedLoop(
          source,
          () => theta,
          () => t + 1,
        )
      : source
  for (const observed of gradients) {
    t += 1
    const { grad, ...rest } = isObserved(observed, params) ? observed : { grad: observed }
    const [next, delta] = update(rule, state, grad, t, { params: theta, ...rest })
    theta = moved(theta, delta)
    state = next
    yield { t, params: theta, delta, state }
  }
}

function* closedLoop(source: Exclude<Source, Iterable<unknown>>, params: () => Arrays, t: () => number) {
  while (true) yield source(params(), t())
}

/** A parameter tree may have a leaf called `grad` of its own: then only `{ grad: { grad } }` is an observation. */
const isObserved = (x: Arrays | Observed, params: Arrays): x is Observed =>
  typeof x === 'object' &&
  'grad' in x &&
  !(typeof params === 'object' && 'grad' in params && x.grad instanceof Float64Array)

const moved = (theta: Arrays, delta: Arrays): Arrays => {
  const d = entries(delta)
  return rebuild(
    theta,
    entries(theta).map(([, x], i) => (x as Float64Array).map((a, k) => a + ((d[i]?.[1] as Float64Array)[k] as number))),
  )
}
