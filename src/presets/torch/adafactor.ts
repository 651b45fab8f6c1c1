import { built } from '../../built.js'
import { brief, mistake } from '../../failure.js'
import { factoredStep } from '../../optimizer/adafactor.js'
import { chain } from '../../optimizer/chain.js'
import { formula } from '../../rule/formula.js'
import { named } from '../../rule/fuse.js'
import { fromRule } from '../../rule/rule.js'
import { nonNegative } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import { bounded, negated } from '../adafactor.js'
import { climbing } from './gradient.js'

/**
 * PyTorch 2.13's `Adafactor`, https://docs.pytorch.org/docs/stable/generated/torch.optim.Adafactor.html
 *
 *     β = 1 − t^beta2Decay
 *     v = row · colᵀ / max(mean(row), eps1)                 nothing is added to g²
 *     u = g / √max(v, eps1²)
 *     Δθ = −min(lr, 1/√t) · max(eps2, rms(θ)) · u / max(1, rms(u) / d) − lr · weightDecay · θ
 *
 * `eps` are eps1 and eps2. Where eps1 is null it is float64's machine epsilon, 2.2e-16: PyTorch's is that of the parameters' type.
 */
interface Adafactor {
  readonly lr?: Hyper
  readonly beta2Decay?: Hyper
  readonly eps?: readonly [Hyper | null, Hyper]
  readonly d?: Hyper
  readonly weightDecay?: Hyper
  readonly maximize?: boolean
}

export const adafactor = built(
  'torch.adafactor',
  [{ lr: 'hyper', beta2Decay: 'hyper', eps: 'any', d: 'hyper', weightDecay: 'hyper', maximize: 'flag' }],
  (options: Adafactor = {}) => {
    const who = 'torch.adafactor'
    const { lr = 0.01, beta2Decay = -0.8, eps = [null, 1e-3], d = 1, weightDecay = 0, maximize = false } = options
    if (!Array.isArray(eps))
      throw mistake(who, `eps is ${brief(eps)}`, 'a pair of numbers, of which the first may be null')
    const [eps1, eps2] = [eps[0] ?? Number.EPSILON, eps[1]]
    const step = factoredStep(who, { lr: bounded(lr), decay: negated(beta2Decay), eps1, eps2, clip: d }, 'bound')
    const decays = formula({
      name: who,
      hyper: { lr, weightDecay },
      range: { lr: nonNegative, weightDecay: nonNegative },
      step: ({ g, theta, lr, weightDecay }) => ({ delta: g.sub(theta.mul(lr).mul(weightDecay)) }),
    })
    return chain(...climbing(who, maximize).map(fromRule), step, ...(weightDecay === 0 ? [] : [named(who, decays)]))
  },
)
