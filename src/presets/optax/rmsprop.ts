import { built } from '../../built.js'
import type { Expr } from '../../expr/expr.js'
import { formula, type Rule } from '../../rule/formula.js'
import { named } from '../../rule/fuse.js'
import { descent } from '../../rule/lr.js'
import { debias, ema } from '../../rule/moment.js'
import { fromRule } from '../../rule/rule.js'
import { check } from '../../schedule/check.js'
import { nonNegative, unit } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import { flag } from '../option.js'
import { traced } from './sgd.js'

/**
 * Optax 0.2.9's RMSprop, https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.rmsprop:
 *
 *     v ← decay · v + (1 − decay) · g²                       from initialScale
 *     a ← decay · a + (1 − decay) · g                        where it is centered
 *     u = g / √(v + eps), or centered g / √(v − a² + eps)    eps after the root, where not `epsInSqrt`
 *
 * and with `biasCorrection` of v̂ = v / (1 − decayᵗ) and â. Of u the learning rate makes a step, which goes into the momentum.
 */
interface ScaleByRms {
  readonly decay?: Hyper
  readonly eps?: Hyper
  readonly initialScale?: number
  readonly epsInSqrt?: boolean
  readonly biasCorrection?: boolean
}

const read = (who: string, options: ScaleByRms) => {
  const { decay = 0.9, eps = 1e-8, initialScale = 0, epsInSqrt = true, biasCorrection = false } = options
  flag(who, { epsInSqrt, biasCorrection })
  check(who, nonNegative, { initialScale })
  return {
    spec: { name: who, hyper: { decay, eps }, range: { decay: unit, eps: nonNegative } },
    v0: initialScale,
    hat: (decay: Expr, x: Expr, t: Expr) => (biasCorrection ? debias(decay, x, t) : x),
    root: (x: Expr, eps: Expr) => (epsInSqrt ? x.add(eps).sqrt() : x.sqrt().add(eps)),
  }
}

const byRoot = (who: string, options: ScaleByRms): Rule => {
  const { spec, v0, hat, root } = read(who, options)
  return formula({
    ...spec,
    slots: { v: v0 },
    step: ({ g, t, v, decay, eps }) => {
      const next = ema(decay, v, g.square())
      return { v: next, delta: g.div(root(hat(decay, next, t), eps)) }
    },
  })
}

const byDeviation = (who: string, options: ScaleByRms): Rule => {
  const { spec, v0, hat, root } = read(who, options)
  return formula({
    ...spec,
    slots: { a: 0, v: v0 },
    step: ({ g, t, decay, eps, ...slot }) => {
      const a = ema(decay, slot.a, g)
      const v = ema(decay, slot.v, g.square())
      const variance = hat(decay, v, t).sub(hat(decay, a, t).square())
      return { a, v, delta: g.div(root(variance, eps)) }
    },
  })
}

const kinds = {
  decay: 'hyper',
  eps: 'hyper',
  initialScale: 'number',
  epsInSqrt: 'flag',
  biasCorrection: 'flag',
} as const

/** `optax.scale_by_rms`. */
export const scaleByRms = built('optax.scaleByRms', [kinds], (options: ScaleByRms = {}) =>
  fromRule(byRoot('optax.scaleByRms', options)),
)

/** `optax.scale_by_stddev`. */
export const scaleByStddev = built('optax.scaleByStddev', [kinds], (options: ScaleByRms = {}) =>
  fromRule(byDeviation('optax.scaleByStddev', options)),
)

/** `optax.rmsprop`. */
export const rmsprop = built(
  'optax.rmsprop',
  [{ learningRate: 'hyper!', ...kinds, centered: 'flag', momentum: 'hyper', nesterov: 'flag' }],
  ({ learningRate, centered = false, momentum = null, nesterov = false, ...options }: Rmsprop) => {
    const name = 'optax.rmsprop'
    flag(name, { centered })
    const direction = (centered ? byDeviation : byRoot)(name, options)
    return named(name, direction, descent(learningRate), ...traced(name, momentum, nesterov))
  },
)

interface Rmsprop extends ScaleByRms {
  readonly learningRate: Hyper
  readonly centered?: boolean
  /** None, where it is null. */
  readonly momentum?: Hyper | null
  readonly nesterov?: boolean
}
