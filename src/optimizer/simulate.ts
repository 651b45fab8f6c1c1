import { brief, mistake } from '../failure.js'
import { host, init, update } from '../kernel/kernel.js'
import { entries, paths, rebuild, type Tree, type TreeOf } from '../tree.js'
import type { Optimizer } from './optimizer.js'
import { ruleOf } from './ruleof.js'

/**
 * An optimizer's meaning: plain float64, no TensorFlow. Every back end is held to it; laws and plots use it.
 *
 *     for (const { t, params } of simulate(adam(), { x: Float64Array.of(1, 2) }, ({ x }) => ({ x: x.map((a) => 2 * a) }))) …
 */
export type Arrays = Tree<Float64Array>

export interface Simulated<P> {
  readonly t: number
  /** θ after update t. */
  readonly params: P
  readonly delta: P
  readonly state: unknown
}

export interface Observed<P> {
  readonly grad: P
  readonly loss?: number
  readonly hessian?: P
}

/** Gradients in order, or the gradient at θ, or where the optimizer's probe asks for it, for a closed loop that runs until its reader stops. */
export type Source<P> = Iterable<P | Observed<P>> | ((params: P, t: number) => P | Observed<P>)

/**
 * Yields what each update does. Arrays are fresh at every step. For optimizers that have a rule.
 *
 * @throws where the optimizer has no rule, or a tree does not fit.
 */
export function* simulate<P>(
  optimizer: Optimizer,
  params: P & TreeOf<Float64Array, P>,
  source: Source<P>,
): Generator<Simulated<P>> {
  const rule = ruleOf('simulate', optimizer)
  for (const [path, leaf] of entries(params))
    if (!host.shape(leaf)) throw mistake('simulate', `leaf "${path}" of params is ${brief(leaf)}`, host.leaves)
  let theta: P = params
  let state = init(rule, params as never)
  let t = 0
  const seen = (x: P | Observed<P>): Observed<P> => (isObserved(x, params) ? x : { grad: x })
  const observe = (at: (params: P, t: number) => P | Observed<P>) => {
    const point = optimizer.probe?.(state, theta, (p) => seen(at(p, t + 1)).grad, t + 1)
    return at(point ?? theta, t + 1)
  }
  const gradients = typeof source === 'function' ? closedLoop(() => observe(source)) : source
  for (const observed of gradients) {
    t += 1
    const { grad, ...rest } = seen(observed)
    const [next, delta] = update(rule, state, grad, t, { params: theta, ...rest })
    theta = moved(theta, delta)
    state = next
    yield { t, params: theta, delta, state }
  }
}

function* closedLoop<A>(next: () => A): Generator<A> {
  while (true) yield next()
}

/** A parameter tree may have a `grad` of its own: then an observation is what has the whole tree under that name. */
const isObserved = <P>(x: P | Observed<P>, params: P): x is Observed<P> => {
  if (typeof x !== 'object' || x === null || !('grad' in x)) return false
  const named = typeof params === 'object' && params !== null && 'grad' in params
  return !named || paths(x.grad).join() === paths(params).join()
}

const moved = <P>(theta: P, delta: P): P => {
  const steps = entries(delta) as readonly (readonly [string, Float64Array])[]
  const from = entries(theta) as readonly (readonly [string, Float64Array])[]
  return rebuild(
    theta,
    from.map(([, x], i) => x.map((a, k) => a + (steps[i]?.[1][k] ?? 0))),
  ) as P
}
