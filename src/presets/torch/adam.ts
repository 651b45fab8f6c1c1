import { built } from '../../built.js'
import { algorithm1, type Moments } from '../../rule/adam.js'
import { formula, type Rule } from '../../rule/formula.js'
import { named } from '../../rule/fuse.js'
import { descent } from '../../rule/lr.js'
import { debias, ema } from '../../rule/moment.js'
import { fraction, nonNegative } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import type { Tensors } from '../../tree.js'
import { flag } from '../option.js'
import { type Regularized, regularized } from './gradient.js'

/**
 * PyTorch 2.13's `Adam` and `AdamW`, https://docs.pytorch.org/docs/stable/generated/torch.optim.Adam.html: ours, but
 * that `amsgrad` keeps the largest v, and corrects its bias afterwards:
 *
 *     vMax ← max(vMax, v)
 *     Δθ = −lr · m̂ / (√(vMax / (1 − b2ᵗ)) + eps)
 *
 * The gradient has weightDecay · θ added to it, or with `decoupledWeightDecay` the direction has.
 */
export interface Betas {
  readonly lr?: Hyper
  readonly betas?: readonly [Hyper, Hyper]
  readonly eps?: Hyper
}

interface Adamw extends Betas, Regularized {
  readonly amsgrad?: boolean
}

interface Adam extends Adamw {
  readonly decoupledWeightDecay?: boolean
}

const largest = (moments: { b1: Hyper; b2: Hyper; eps: Hyper }): Rule =>
  formula({
    name: 'amsgrad',
    hyper: moments,
    range: { b1: fraction, b2: fraction, eps: nonNegative },
    slots: { m: 0, v: 0, vMax: 0 },
    step: ({ g, t, b1, b2, eps, ...slot }) => {
      const m = ema(b1, slot.m, g)
      const v = ema(b2, slot.v, g.square())
      const vMax = slot.vMax.max(v)
      return { m, v, vMax, delta: debias(b1, m, t).div(debias(b2, vMax, t).sqrt().add(eps)) }
    },
  })

const adamOf = (who: string, options: Adam) => {
  const { lr = 0.001, betas: [b1, b2] = [0.9, 0.999], eps = 1e-8 } = options
  const { amsgrad = false, decoupledWeightDecay = false } = options
  flag(who, { amsgrad, decoupledWeightDecay })
  const direction = amsgrad ? largest({ b1, b2, eps }) : algorithm1({ b1, b2, eps })
  return named<Moments & { vMax?: Tensors }>(
    who,
    ...regularized(who, direction, options, decoupledWeightDecay),
    descent(lr),
  )
}

/** `torch.optim.Adam`. */
export const adam = built(
  'torch.adam',
  [
    {
      lr: 'hyper',
      betas: 'numbers',
      eps: 'hyper',
      weightDecay: 'hyper',
      amsgrad: 'flag',
      maximize: 'flag',
      decoupledWeightDecay: 'flag',
    },
  ],
  (options: Adam = {}) => adamOf('torch.adam', options),
)

/** `torch.optim.AdamW`. */
export const adamw = built(
  'torch.adamw',
  [{ lr: 'hyper', betas: 'numbers', eps: 'hyper', weightDecay: 'hyper', amsgrad: 'flag', maximize: 'flag' }],
  ({ weightDecay = 0.01, ...options }: Adamw = {}) =>
    adamOf('torch.adamw', { ...options, weightDecay, decoupledWeightDecay: true }),
)
