import { built } from '../built.js'
import { mistake } from '../failure.js'
import { blended, weighted } from '../rule/blended.js'
import { fromRule } from '../rule/rule.js'
import type { Hyper } from '../schedule/schedule.js'
import { discard } from './discard.js'
import type { Optimizer, Point } from './optimizer.js'

/**
 * Two optimizers side by side: both hear the same gradient, each with a state of its own, and their steps are weighted.
 *
 *     Δθ = (1 − w) · Δθ_a + w · Δθ_b          0 ≤ w ≤ 1, a schedule for a transition
 *
 *     blend(0, a, b) = a      blend(1, a, b) = b      blend(w, a, a) = a      blend(w, a, b) = blend(1 − w, b, a)
 *
 * The state is the pair of both states; the state of a whose weight is 0 is kept all the same. Of two rules the blend is one
 * rule, and runs as one.
 *
 * Akiba, Suzuki & Fukuda 2017, https://arxiv.org/abs/1711.04325, go from RMSprop to SGD, under one momentum:
 *
 *     Δ ← μ · Δ − (α_sgd + α_rms / (√m + ε)) · g          θ ← θ + η · Δ
 *
 * is, with α_sgd = w and α_rms = (1 − w) · η_rms,
 *
 *     chain(blend(w, direction, identity), trace({ beta: μ }), scaleByLr(η))
 *     direction = chain(rmsprop({ lr: η_rms }), scaleByLr(1))          −1 · −η_rms · g / √(m + ε)
 *
 * @throws where w is not in [0, 1], or a member asks for its gradient, or is evaluated, elsewhere than at θ: there is one θ.
 */
export const blend = built(
  'blend',
  ['hyper!', 'optimizer!', 'optimizer!'],
  <A, B>(w: Hyper, a: Optimizer<A>, b: Optimizer<B>): Optimizer<readonly [A, B]> => {
    for (const [name, member] of Object.entries({ a, b })) {
      if (member.probe) throw mistake('blend', `${name} has a probe`, 'a member whose gradient is taken at θ')
      if (member.readout) throw mistake('blend', `${name} has a readout`, 'a member that is evaluated at θ')
    }
    if (a.rule && b.rule) return fromRule(blended(w, [a.rule, b.rule])) as Optimizer<readonly [A, B]>
    return inParallel(fromRule(weighted(w)), a, b)
  },
)

/** One after the other, then both steps as one: to `weigh`, one is the gradient and the other stands where θ does. */
const inParallel = <A, B>(weigh: Optimizer, a: Optimizer<A>, b: Optimizer<B>): Optimizer<readonly [A, B]> => ({
  init: (params) => [a.init(params), b.init(params)],
  update: <P>(state: readonly [A, B], grad: P, t: number, at: Point<P>) => {
    const made: unknown[] = []
    let result: readonly [readonly [A, B], P] | undefined
    try {
      const [nextA, deltaA] = a.update(state[0], grad, t, at)
      made.push(nextA, deltaA)
      const [nextB, deltaB] = b.update(state[1], grad, t, at)
      made.push(nextB, deltaB)
      const [, delta] = weigh.update({}, deltaA, t, { params: deltaB })
      result = [[nextA, nextB], delta]
      return result
    } finally {
      discard(made, state, grad, at, result)
    }
  },
})
