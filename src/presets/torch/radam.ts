import { built } from '../../built.js'
import type { Moments } from '../../rule/adam.js'
import { formula } from '../../rule/formula.js'
import { named } from '../../rule/fuse.js'
import { descent } from '../../rule/lr.js'
import { complement, debias, ema } from '../../rule/moment.js'
import { rectified } from '../../rule/radam.js'
import { fraction, nonNegative } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import { flag } from '../option.js'
import type { Betas } from './adam.js'
import { type Regularized, regularized } from './gradient.js'

/**
 * PyTorch 2.13's `RAdam`, https://docs.pytorch.org/docs/stable/generated/torch.optim.RAdam.html: with ρ and r as in
 * ours,
 *
 *     Δθ = −lr · r · m̂ · √(1 − b2ᵗ) / (√v + eps)          where ρ > 5; −lr · m̂ elsewhere
 *
 * The gradient has weightDecay · θ added to it, or with `decoupledWeightDecay` the direction has.
 */
interface Radam extends Betas, Regularized {
  readonly decoupledWeightDecay?: boolean
}

const direction = (hyper: { b1: Hyper; b2: Hyper; eps: Hyper }) =>
  formula({
    name: 'radam',
    hyper,
    range: { b1: fraction, b2: fraction, eps: nonNegative },
    slots: { m: 0, v: 0 },
    step: ({ g, t, b1, b2, eps, ...slot }) => {
      const m = ema(b1, slot.m, g)
      const v = ema(b2, slot.v, g.square())
      const mHat = debias(b1, m, t)
      const { rho, r } = rectified(b2, t)
      const scale = complement(b2.pow(t)).sqrt().mul(r)
      return { m, v, delta: rho.gt(5).select(mHat.mul(scale).div(v.sqrt().add(eps)), mHat) }
    },
  })

/** `torch.optim.RAdam`. */
export const radam = built(
  'torch.radam',
  [
    {
      lr: 'hyper',
      betas: 'numbers',
      eps: 'hyper',
      weightDecay: 'hyper',
      decoupledWeightDecay: 'flag',
      maximize: 'flag',
    },
  ],
  (options: Radam = {}) => {
    const { lr = 0.001, betas: [b1, b2] = [0.9, 0.999], eps = 1e-8, decoupledWeightDecay = false } = options
    const name = 'torch.radam'
    flag(name, { decoupledWeightDecay })
    return named<Moments>(
      name,
      ...regularized(name, direction({ b1, b2, eps }), options, decoupledWeightDecay),
      descent(lr),
    )
  },
)
