import { built } from '../../built.js'
import type { Optimizer } from '../../optimizer/optimizer.js'
import { formula } from '../../rule/formula.js'
import { named } from '../../rule/fuse.js'
import { descent } from '../../rule/lr.js'
import { debias, ema } from '../../rule/moment.js'
import { fromRule } from '../../rule/rule.js'
import { fraction, nonNegative } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import type { Tensors } from '../../tree.js'
import { flag } from '../option.js'
import { adamKinds, muHat, type Rated, type ScaleByAdam } from './adam.js'
import { decayed } from './decayed.js'
import type { Mask } from './mask.js'

/**
 * Optax 0.2.9's AdaBelief, https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.adabelief: ours with an
 * epsilon for each of the two places, a decay, and `nesterov` as in its `adam`.
 *
 *     s ← b2 · s + (1 − b2) · (g − m)² + epsRoot
 *     Δθ = −learningRate · (m̂ / (√ŝ + eps) + weightDecay · θ)
 */
const direction = (who: string, options: ScaleByAdam) => {
  const { b1 = 0.9, b2 = 0.999, eps = 1e-16, epsRoot = 1e-16, nesterov = false } = options
  flag(who, { nesterov })
  return formula({
    name: who,
    hyper: { b1, b2, eps, epsRoot },
    range: { b1: fraction, b2: fraction, eps: nonNegative, epsRoot: nonNegative },
    slots: { m: 0, s: 0 },
    step: ({ g, t, b1, b2, eps, epsRoot, ...slot }) => {
      const m = ema(b1, slot.m, g)
      const s = ema(b2, slot.s, g.sub(m).square()).add(epsRoot)
      return { m, s, delta: muHat(nesterov, b1, m, g, t).div(debias(b2, s, t).sqrt().add(eps)) }
    },
  })
}

type State = { m: Tensors; s: Tensors }

/** `optax.scale_by_belief`. */
export const scaleByBelief = built(
  'optax.scaleByBelief',
  [adamKinds],
  (options: ScaleByAdam = {}) => fromRule(direction('optax.scaleByBelief', options)) as Optimizer<State>,
)

interface Adabelief extends ScaleByAdam, Rated {
  /** Null is none. */
  readonly weightDecay?: Hyper | null
  /** The leaves that decay; all, where it is null. */
  readonly weightDecayMask?: Mask | null
}

/** `optax.adabelief`. */
export const adabelief = built(
  'optax.adabelief',
  [{ learningRate: 'hyper!', ...adamKinds, weightDecay: 'hyper', weightDecayMask: 'tree' }],
  ({ learningRate, weightDecay = null, weightDecayMask = null, ...options }: Adabelief) => {
    const name = 'optax.adabelief'
    const decays = weightDecay === null ? [] : [decayed(name, weightDecay, weightDecayMask)]
    return named<State>(name, direction(name, options), ...decays, descent(learningRate))
  },
)
