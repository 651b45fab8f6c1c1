import { built } from '../../built.js'
import type { Optimizer } from '../../optimizer/optimizer.js'
import { formula } from '../../rule/formula.js'
import { named } from '../../rule/fuse.js'
import { descent } from '../../rule/lr.js'
import { debias, ema } from '../../rule/moment.js'
import { fromRule } from '../../rule/rule.js'
import { fraction, nonNegative } from '../../schedule/range.js'
import type { Tensors } from '../../tree.js'
import { flag } from '../option.js'
import { type Betas, betaKinds, type Rated } from './adam.js'

/**
 * Optax 0.2.9's AMSGrad, https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.amsgrad: ours with an epsilon
 * inside the root too, and where a bias is not to be corrected, m in the place of m̂, v in that of v̂.
 *
 *     vMax ← max(vMax, v̂)
 *     Δθ = −learningRate · m̂ / (√(vMax + epsRoot) + eps)
 */
interface ScaleByAmsgrad extends Betas {
  readonly biasCorrectionMu?: boolean
  readonly biasCorrectionNu?: boolean
}

const direction = (who: string, options: ScaleByAmsgrad) => {
  const { b1 = 0.9, b2 = 0.999, eps = 1e-8, epsRoot = 0, biasCorrectionMu = true, biasCorrectionNu = true } = options
  flag(who, { biasCorrectionMu, biasCorrectionNu })
  return formula({
    name: who,
    hyper: { b1, b2, eps, epsRoot },
    range: { b1: fraction, b2: fraction, eps: nonNegative, epsRoot: nonNegative },
    slots: { m: 0, v: 0, vMax: 0 },
    step: ({ g, t, b1, b2, eps, epsRoot, ...slot }) => {
      const m = ema(b1, slot.m, g)
      const v = ema(b2, slot.v, g.square())
      const vMax = slot.vMax.max(biasCorrectionNu ? debias(b2, v, t) : v)
      const mHat = biasCorrectionMu ? debias(b1, m, t) : m
      return { m, v, vMax, delta: mHat.div(vMax.add(epsRoot).sqrt().add(eps)) }
    },
  })
}

type State = { m: Tensors; v: Tensors; vMax: Tensors }

const kinds = { ...betaKinds, biasCorrectionMu: 'flag', biasCorrectionNu: 'flag' } as const

/** `optax.scale_by_amsgrad`. */
export const scaleByAmsgrad = built(
  'optax.scaleByAmsgrad',
  [kinds],
  (options: ScaleByAmsgrad = {}) => fromRule(direction('optax.scaleByAmsgrad', options)) as Optimizer<State>,
)

/** `optax.amsgrad`. */
export const amsgrad = built(
  'optax.amsgrad',
  [{ learningRate: 'hyper!', ...kinds }],
  ({ learningRate, ...options }: ScaleByAmsgrad & Rated) =>
    named<State>('optax.amsgrad', direction('optax.amsgrad', options), descent(learningRate)),
)
