import { apart } from '../../optimizer/apart.js'
import { chain } from '../../optimizer/chain.js'
import { discard } from '../../optimizer/discard.js'
import type { Optimizer, Point } from '../../optimizer/optimizer.js'
import { fromRule, rule } from '../../rule/rule.js'
import { nonNegative } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import { clipping } from './clip.js'
import { averaging, decay, fused, type KerasOptimizer, meanOf, RATE, stepsOf, unscaling } from './optimizer.js'

/** `kerasOptimizer` for a step that is no formula; it is made with the rate on its own clock, that of updates. */
export const kerasApart = (
  who: string,
  stepOf: (learningRate: Hyper) => Optimizer,
  options: KerasOptimizer & { readonly learningRate: Hyper },
): Optimizer => {
  const { learningRate, lossScaleFactor = null, useEma = false } = options
  const k = stepsOf(who, options)
  const rate = typeof learningRate === 'function' ? (t: number) => learningRate(t * k) : learningRate
  const update = chain(...clipping(who, options).map(fromRule), decayed(who, stepOf(rate), rate, options))
  const before = unscaling(lossScaleFactor)
  const scaled =
    k === 1
      ? chain(...before.map(fromRule), update)
      : apart(fused(who, ...before, meanOf(k)), update, { clock: (t) => Math.ceil(t / k), steps: (t) => t % k === 0 })
  return useEma ? chain(scaled, fromRule(averaging(who, k, options))) : scaled
}

/** θ + g; it is also how two steps are added. */
const moved = rule({ name: 'moved', step: ({ theta, g }) => ({ delta: theta.add(g) }) })

/** θ decays first, and the step is made from there. */
const decayed = (who: string, optimizer: Optimizer, rate: Hyper, options: KerasOptimizer): Optimizer => {
  const { weightDecay = null } = options
  if (weightDecay === null) return optimizer
  const { hyper, ...rest } = decay(who, weightDecay, options)
  const first = fromRule({
    ...rest,
    hyper: { ...hyper, [RATE]: { of: who, name: RATE, value: rate, range: nonNegative } },
  })
  return {
    init: (params) => optimizer.init(params),
    update: <P>(state: unknown, grad: P, t: number, at: Point<P>) => {
      const [, shrinking] = first.update({}, grad, t, at)
      const [, params] = moved.update({}, shrinking, t, at)
      const [next, step] = optimizer.update(state, grad, t, { ...at, params })
      const [, delta] = moved.update({}, step, t, { params: shrinking })
      discard([shrinking, params, step], state, grad, at, next, delta)
      return [next, delta] as const
    },
  }
}
