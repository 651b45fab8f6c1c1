import { built } from '../../built.js'
import type { Expr } from '../../expr/expr.js'
import type { Optimizer } from '../../optimizer/optimizer.js'
import type { Adam, Moments } from '../../rule/adam.js'
import { formula } from '../../rule/formula.js'
import { named } from '../../rule/fuse.js'
import { descent } from '../../rule/lr.js'
import { debias, ema } from '../../rule/moment.js'
import { ahead } from '../../rule/nadam.js'
import { fromRule } from '../../rule/rule.js'
import { fraction, nonNegative } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import { flag } from '../option.js'
import { decayed } from './decayed.js'
import type { Mask } from './mask.js'

/**
 * Optax 0.2.9's Adam and AdamW, https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.adam: an epsilon
 * inside the root too,
 *
 *     Δθ = −learningRate · (m̂ / (√(v̂ + epsRoot) + eps) + weightDecay · θ)
 *
 * and with `nesterov` m̂ looks ahead as in our `nadam`.
 */
export interface Betas extends Adam {
  readonly epsRoot?: Hyper
}

export interface ScaleByAdam extends Betas {
  readonly nesterov?: boolean
}

export interface Rated {
  readonly learningRate: Hyper
}

export interface Masked {
  readonly weightDecay?: Hyper
  /** The leaves that decay; all, where it is null. */
  readonly mask?: Mask | null
}

/** The kinds of these options, for signatures. */
export const betaKinds = { b1: 'hyper', b2: 'hyper', eps: 'hyper', epsRoot: 'hyper' } as const
export const adamKinds = { ...betaKinds, nesterov: 'flag' } as const
export const maskedKinds = { weightDecay: 'hyper', mask: 'tree' } as const

/** m̂, or with `nesterov` what it will be after the next update. */
export const muHat = (nesterov: boolean, b1: Expr, m: Expr, g: Expr, t: Expr): Expr =>
  nesterov ? ahead(b1, m, g, t) : debias(b1, m, t)

export const direction = (who: string, options: ScaleByAdam) => {
  const { b1 = 0.9, b2 = 0.999, eps = 1e-8, epsRoot = 0, nesterov = false } = options
  flag(who, { nesterov })
  return formula({
    name: who,
    hyper: { b1, b2, eps, epsRoot },
    range: { b1: fraction, b2: fraction, eps: nonNegative, epsRoot: nonNegative },
    slots: { m: 0, v: 0 },
    step: ({ g, t, b1, b2, eps, epsRoot, ...slot }) => {
      const m = ema(b1, slot.m, g)
      const v = ema(b2, slot.v, g.square())
      const root = debias(b2, v, t).add(epsRoot).sqrt()
      return { m, v, delta: muHat(nesterov, b1, m, g, t).div(root.add(eps)) }
    },
  })
}

/** `optax.scale_by_adam`. */
export const scaleByAdam = built(
  'optax.scaleByAdam',
  [adamKinds],
  (options: ScaleByAdam = {}) => fromRule(direction('optax.scaleByAdam', options)) as Optimizer<Moments>,
)

const adamOf = (who: string, { learningRate, ...options }: ScaleByAdam & Rated) =>
  named<Moments>(who, direction(who, options), descent(learningRate))

const adamwOf = (
  who: string,
  { learningRate, weightDecay = 1e-4, mask = null, ...options }: ScaleByAdam & Rated & Masked,
) => named<Moments>(who, direction(who, options), decayed(who, weightDecay, mask), descent(learningRate))

/** `optax.adam`. */
export const adam = built('optax.adam', [{ learningRate: 'hyper!', ...adamKinds }], (options: ScaleByAdam & Rated) =>
  adamOf('optax.adam', options),
)

/** `optax.nadam`: `adam` with `nesterov`. */
export const nadam = built(
  'optax.nadam',
  [{ learningRate: 'hyper!', ...adamKinds }],
  ({ nesterov = true, ...options }: ScaleByAdam & Rated) => adamOf('optax.nadam', { ...options, nesterov }),
)

/** `optax.adamw`. */
export const adamw = built(
  'optax.adamw',
  [{ learningRate: 'hyper!', ...adamKinds, ...maskedKinds }],
  (options: ScaleByAdam & Rated & Masked) => adamwOf('optax.adamw', options),
)

/** `optax.nadamw`: `adamw` with `nesterov`. */
export const nadamw = built(
  'optax.nadamw',
  [{ learningRate: 'hyper!', ...adamKinds, ...maskedKinds }],
  ({ nesterov = true, ...options }: ScaleByAdam & Rated & Masked) => adamwOf('optax.nadamw', { ...options, nesterov }),
)
