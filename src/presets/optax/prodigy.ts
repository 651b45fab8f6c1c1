import { built } from '../../built.js'
import { sumOver } from '../../expr/expr.js'
import { perTree } from '../../rule/formula.js'
import { ema } from '../../rule/moment.js'
import { rule } from '../../rule/rule.js'
import { check, checkList } from '../../schedule/check.js'
import { fraction, nonNegative, positive } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import { flag } from '../option.js'
import { correction } from './dadaptadamw.js'
import { type Mask, maskOf } from './mask.js'
import { displacement } from './single.js'

interface Prodigy {
  readonly learningRate?: Hyper
  readonly betas?: readonly [b1: number, b2: number]
  /** Of the estimate's sums; √b2, where it is null. */
  readonly beta3?: Hyper | null
  readonly eps?: Hyper
  readonly estimLr0?: number
  readonly estimLrCoef?: Hyper
  readonly weightDecay?: Hyper
  /** Leaves the rate out of the estimate's denominator. */
  readonly safeguardWarmup?: boolean
  readonly weightDecayMask?: Mask | null
}

/**
 * `optax.contrib.prodigy` of 0.2.9: Prodigy with Adam's bias corrections, and the new d beside eps.
 * https://optax.readthedocs.io/en/latest/api/contrib.html#optax.contrib.prodigy
 */
export const prodigy = built(
  'optax.prodigy',
  [
    {
      learningRate: 'hyper',
      betas: 'numbers',
      beta3: 'hyper',
      eps: 'hyper',
      estimLr0: 'number',
      estimLrCoef: 'hyper',
      weightDecay: 'hyper',
      safeguardWarmup: 'flag',
      weightDecayMask: 'tree',
    },
  ],
  (options: Prodigy = {}) => {
    const { learningRate = 1, betas = [0.9, 0.999], eps = 1e-8, estimLr0 = 1e-6, estimLrCoef = 1 } = options
    const { weightDecay = 0, safeguardWarmup = false } = options
    const who = 'optax.prodigy'
    checkList(who, fraction, 'betas', betas, 2)
    check(who, positive, { estimLr0 })
    flag(who, { safeguardWarmup })
    const [b1, b2] = betas
    const beta3 = options.beta3 ?? Math.sqrt(b2)
    const decays = maskOf(who, options.weightDecayMask)
    return rule({
      name: who,
      hyper: { learningRate, b1, b2, beta3, eps, estimLrCoef, weightDecay },
      range: { eps: nonNegative },
      slots: { x0: 'theta', gone: 0, m: 0, v: 0, s: 0, r: perTree(0), d: perTree(estimLr0) },
      leaf: { decayed: (path) => (decays(path) ? 1 : 0) },
      step: ({
        g,
        theta,
        t,
        x0,
        gone,
        learningRate,
        b1,
        b2,
        beta3,
        eps,
        estimLrCoef,
        weightDecay,
        decayed,
        ...slot
      }) => {
        const rate = slot.d.mul(learningRate).mul(correction(b1, b2, t))
        const dg = g.mul(slot.d)
        const relative = (safeguardWarmup ? slot.d : rate).div(estimLr0)
        const m = ema(b1, slot.m, dg)
        const v = ema(b2, slot.v, dg.square())
        const s = slot.s.mul(beta3).add(dg.mul(relative))
        const moved = displacement({ theta, x0, gone })
        const weight = slot.d.div(estimLr0).mul(rate)
        const r = slot.r.mul(beta3).sub(weight.mul(sumOver('tree', g.mul(moved))))
        const d = slot.d.max(estimLrCoef.mul(r).div(sumOver('tree', s.abs())))
        const step = m.mul(rate).div(v.sqrt().add(d.mul(eps)))
        const decay = decayed.select(theta.mul(weightDecay.mul(rate)), 0)
        const delta = step.add(decay).neg()
        return { x0, gone: moved.add(delta), m, v, s, r, d, delta }
      },
    })
  },
)
