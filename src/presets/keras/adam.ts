import { built } from '../../built.js'
import type { Expr } from '../../expr/expr.js'
import { brief, mistake } from '../../failure.js'
import type { Moments } from '../../rule/adam.js'
import { formula } from '../../rule/formula.js'
import { complement, ema } from '../../rule/moment.js'
import { fraction, nonNegative } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import type { Tensors } from '../../tree.js'
import { flag } from '../option.js'
import { type KerasOptimizer, kerasKinds, kerasOptimizer } from './optimizer.js'

/**
 * Keras 3.15.1's `Adam` and `AdamW`, https://keras.io/api/optimizers/adam/: "epsilon hat", which is added before the
 * bias of v is corrected, and `amsgrad` with the largest v:
 *
 *     Δθ = −learningRate · √(1 − beta2ᵗ) / (1 − beta1ᵗ) · m / (√v + epsilon)          or √vMax, vMax ← max(vMax, v)
 */
export interface Betas extends KerasOptimizer {
  readonly beta1?: Hyper
  readonly beta2?: Hyper
  readonly epsilon?: Hyper
}

export const betaRange = { lr: nonNegative, beta1: fraction, beta2: fraction, epsilon: nonNegative }
export const betaKinds = { beta1: 'hyper', beta2: 'hyper', epsilon: 'hyper' } as const

interface Adam extends Betas {
  readonly amsgrad?: boolean
}

type Hypers = Readonly<Record<'lr' | 'beta1' | 'beta2' | 'epsilon', Hyper>>

const plain = (hyper: Hypers) =>
  formula({
    name: 'adam',
    hyper,
    range: betaRange,
    slots: { m: 0, v: 0 },
    step: ({ g, ...symbols }) => {
      const m = ema(symbols.beta1, symbols.m, g)
      const v = ema(symbols.beta2, symbols.v, g.square())
      return { m, v, delta: epsilonHat(m, v, symbols) }
    },
  })

const largest = (hyper: Hypers) =>
  formula({
    name: 'amsgrad',
    hyper,
    range: betaRange,
    slots: { m: 0, v: 0, vMax: 0 },
    step: ({ g, ...symbols }) => {
      const m = ema(symbols.beta1, symbols.m, g)
      const v = ema(symbols.beta2, symbols.v, g.square())
      const vMax = symbols.vMax.max(v)
      return { m, v, vMax, delta: epsilonHat(m, vMax, symbols) }
    },
  })

const epsilonHat = (m: Expr, v: Expr, { t, lr, beta1, beta2, epsilon }: Record<keyof Hypers | 't', Expr>): Expr => {
  const alpha = complement(beta2.pow(t))
    .sqrt()
    .mul(lr)
    .div(complement(beta1.pow(t)))
  return m.mul(alpha).div(v.sqrt().add(epsilon)).neg()
}

const adamOf = (who: string, options: Adam) => {
  const { learningRate: lr = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7, amsgrad = false } = options
  flag(who, { amsgrad })
  const step = (amsgrad ? largest : plain)({ lr, beta1, beta2, epsilon })
  return kerasOptimizer<Moments & { vMax?: Tensors }>(who, step, options)
}

/** `keras.optimizers.Adam`. */
export const adam = built('keras.adam', [{ ...kerasKinds, ...betaKinds, amsgrad: 'flag' }], (options: Adam = {}) =>
  adamOf('keras.adam', options),
)

/** `keras.optimizers.AdamW`. */
export const adamw = built(
  'keras.adamw',
  [{ ...kerasKinds, ...betaKinds, amsgrad: 'flag' }],
  ({ weightDecay = 0.004, ...options }: Adam = {}) => {
    if (weightDecay === null) throw mistake('keras.adamw', `weightDecay is ${brief(weightDecay)}`, 'a number')
    return adamOf('keras.adamw', { ...options, weightDecay })
  },
)
