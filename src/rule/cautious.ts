import { built } from '../built.js'
import { type Expr, sumOver } from '../expr/expr.js'
import type { Hyper } from '../schedule/schedule.js'
import type { Tensors } from '../tree.js'
import { type Adam, algorithm1, type Moments } from './adam.js'
import { type Decay, decay } from './decay.js'
import { g, type Rule } from './formula.js'
import { named } from './fuse.js'
import { type Lion, lionDirection } from './lion.js'
import { descent } from './lr.js'

/**
 * Caution: an update moves only what it moves down the gradient of this very step. Liang et al. 2024, Algorithm 1,
 * https://arxiv.org/abs/2411.16085
 *
 *     φ = 1 where u · g > 0, else 0          u the direction of any optimizer, g the gradient it has been given
 *     u ← u · φ / max(mean φ, 0.001)         the mean over a tensor: what is left of it goes as much further
 *
 * Weight decay is added after it, and is not masked.
 *
 * Where we differ: the 0.001 is that of the authors' code. With it nothing changes where all signs agree; the paper's
 * algorithm, which divides by mean φ + 1 / n, halves the step of a scalar.
 */
export const cautious = (update: Expr, g: Expr, along = update): Expr => {
  // The sign first: the product of two small numbers is 0 in float32.
  const agrees = along.sign().mul(g).gt(0)
  const share = sumOver('tensor', agrees).div(sumOver('tensor', 1))
  return agrees.select(update.div(share.max(0.001)), 0)
}

/** The same direction with caution; `along` has the direction's sign, if it is had for less. */
const caution = (direction: Rule, along?: Expr): Rule => ({
  ...direction,
  step: { ...direction.step, delta: cautious(direction.step.delta as Expr, g, along) },
})

/** C-AdamW: Δθ = −lr · (cautious(m̂ / (√v̂ + eps), g) + weightDecay · θ). */
export const cautiousAdamw = built(
  'cautiousAdamw',
  [{ lr: 'hyper', b1: 'hyper', b2: 'hyper', eps: 'hyper', weightDecay: 'hyper', where: 'where' }],
  ({ lr = 0.001, weightDecay = 0.01, where, ...moments }: Adam & Partial<Decay> & { lr?: Hyper } = {}) => {
    const adam = algorithm1(moments)
    return named<Moments>('cautiousAdamw', caution(adam, adam.step.m), decay({ weightDecay, where }), descent(lr))
  },
)

/** C-Lion: Δθ = −lr · (cautious(sign(b1 · m + (1 − b1) · g), g) + weightDecay · θ). */
export const cautiousLion = built(
  'cautiousLion',
  [{ lr: 'hyper', b1: 'hyper', b2: 'hyper', weightDecay: 'hyper', where: 'where' }],
  ({ lr = 1e-4, weightDecay = 0, where, ...moments }: Lion = {}) =>
    named<{ m: Tensors }>('cautiousLion', caution(lionDirection(moments)), decay({ weightDecay, where }), descent(lr)),
)
