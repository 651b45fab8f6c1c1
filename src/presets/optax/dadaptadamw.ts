import { built } from '../../built.js'
import { type Expr, sumOver } from '../../expr/expr.js'
import { perTree } from '../../rule/formula.js'
import { complement, ema } from '../../rule/moment.js'
import { rule } from '../../rule/rule.js'
import { check, checkList } from '../../schedule/check.js'
import { fraction, nonNegative, positive } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'

interface DAdaptAdamw {
  readonly learningRate?: Hyper
  readonly betas?: readonly [b1: number, b2: number]
  readonly eps?: Hyper
  readonly estimLr0?: number
  readonly weightDecay?: Hyper
}

/** Adam's two bias corrections as one factor of the rate: √(1 − b2ᵗ) / (1 − b1ᵗ). */
export const correction = (b1: Expr, b2: Expr, t: Expr): Expr =>
  complement(b2.pow(t))
    .sqrt()
    .div(complement(b1.pow(t)))

/**
 * `optax.contrib.dadapt_adamw` of 0.2.9: D-Adaptation with Adam's bias corrections, and the old v under the sum of gradients.
 * https://optax.readthedocs.io/en/latest/api/contrib.html#optax.contrib.dadapt_adamw
 */
export const dadaptAdamw = built(
  'optax.dadaptAdamw',
  [{ learningRate: 'hyper', betas: 'numbers', eps: 'hyper', estimLr0: 'number', weightDecay: 'hyper' }],
  (options: DAdaptAdamw = {}) => {
    const { learningRate = 1, betas = [0.9, 0.999], eps = 1e-8, estimLr0 = 1e-6, weightDecay = 0 } = options
    const who = 'optax.dadaptAdamw'
    checkList(who, fraction, 'betas', betas, 2)
    check(who, positive, { estimLr0 })
    const [b1, b2] = betas
    return rule({
      name: who,
      hyper: { learningRate, b1, b2, eps, weightDecay },
      range: { eps: nonNegative },
      slots: { m: 0, v: 0, s: 0, r: perTree(0), d: perTree(estimLr0) },
      step: ({ g, theta, t, learningRate, b1, b2, eps, weightDecay, ...slot }) => {
        const rate = slot.d.mul(learningRate).mul(correction(b1, b2, t))
        const root = b2.sqrt()
        const along = sumOver('tree', g.mul(slot.s.div(slot.v.sqrt().add(eps))))
        const m = ema(b1, slot.m, g.mul(rate))
        const v = ema(b2, slot.v, g.square())
        const s = ema(root, slot.s, g.mul(rate))
        const r = ema(root, slot.r, rate.mul(along))
        const d = slot.d.max(r.div(complement(root).mul(sumOver('tree', s.abs()))))
        const delta = theta
          .mul(weightDecay.mul(rate))
          .add(m.div(v.sqrt().add(eps)))
          .neg()
        return { m, v, s, r, d, delta }
      },
    })
  },
)
