import { built } from '../../built.js'
import { type Expr, literal } from '../../expr/expr.js'
import { formula, perTree } from '../../rule/formula.js'
import { named } from '../../rule/fuse.js'
import { descent } from '../../rule/lr.js'
import { complement, debias, ema } from '../../rule/moment.js'
import { fraction, nonNegative } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import type { Tensors } from '../../tree.js'
import { flag } from '../option.js'
import type { Betas } from './adam.js'
import { type Regularized, regularized } from './gradient.js'

/**
 * PyTorch 2.13's `NAdam`, https://docs.pytorch.org/docs/stable/generated/torch.optim.NAdam.html: Dozat's, with momentum
 * that grows,
 *
 *     μ(t) = b1 · (1 − 0.96^(t · momentumDecay) / 2)
 *     product ← product · μ(t)                          1 at first
 *     m̂ = μ(t + 1) · m / (1 − product · μ(t + 1)) + (1 − μ(t)) · g / (1 − product)
 *     Δθ = −lr · m̂ / (√v̂ + eps)
 *
 * The gradient has weightDecay · θ added to it, or with `decoupledWeightDecay` the direction has.
 */
interface Nadam extends Betas, Regularized {
  readonly momentumDecay?: Hyper
  readonly decoupledWeightDecay?: boolean
}

const direction = (hyper: { b1: Hyper; b2: Hyper; eps: Hyper; momentumDecay: Hyper }) =>
  formula({
    name: 'nadam',
    hyper,
    range: { b1: fraction, b2: fraction, eps: nonNegative, momentumDecay: nonNegative },
    slots: { m: 0, v: 0, product: perTree(1) },
    step: ({ g, t, b1, b2, eps, momentumDecay, ...slot }) => {
      const m = ema(b1, slot.m, g)
      const v = ema(b2, slot.v, g.square())
      const mu = growing(b1, t.mul(momentumDecay))
      const muNext = growing(b1, t.add(1).mul(momentumDecay))
      const product = slot.product.mul(mu)
      const ahead = m.mul(muNext.div(complement(product.mul(muNext))))
      const mHat = ahead.add(g.mul(complement(mu).div(complement(product))))
      return { m, v, product, delta: mHat.div(debias(b2, v, t).sqrt().add(eps)) }
    },
  })

/** b1 · (1 − 0.96ˣ / 2). */
const growing = (b1: Expr, x: Expr): Expr => b1.mul(complement(literal(0.96).pow(x).div(2)))

/** `torch.optim.NAdam`. */
export const nadam = built(
  'torch.nadam',
  [
    {
      lr: 'hyper',
      betas: 'numbers',
      eps: 'hyper',
      weightDecay: 'hyper',
      momentumDecay: 'hyper',
      decoupledWeightDecay: 'flag',
      maximize: 'flag',
    },
  ],
  (options: Nadam = {}) => {
    const { lr = 0.002, betas: [b1, b2] = [0.9, 0.999], eps = 1e-8, momentumDecay = 0.004 } = options
    const { decoupledWeightDecay = false } = options
    const name = 'torch.nadam'
    flag(name, { decoupledWeightDecay })
    const parts = regularized(name, direction({ b1, b2, eps, momentumDecay }), options, decoupledWeightDecay)
    return named<{ m: Tensors; v: Tensors; product: Tensors }>(name, ...parts, descent(lr))
  },
)
