import { built } from '../../built.js'
import { formula, type Rule } from '../../rule/formula.js'
import { ema } from '../../rule/moment.js'
import { nonNegative } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import { momentumBuffer } from '../momentumbuffer.js'
import { flag } from '../option.js'
import { fused, type KerasOptimizer, kerasKinds, kerasOptimizer } from './optimizer.js'

/**
 * Keras 3.15.1's `RMSprop`, https://keras.io/api/optimizers/rmsprop/: the learning rate is inside the buffer.
 *
 *     v ← rho · v + (1 − rho) · g²
 *     a ← rho · a + (1 − rho) · g                                  where `centered`
 *     u = learningRate · g / √(v + epsilon)                        or / √(v − a² + epsilon)
 *     m ← momentum · m − u,  Δθ = m                                without momentum −u
 */
export const rmsprop = built(
  'keras.rmsprop',
  [{ ...kerasKinds, rho: 'hyper', momentum: 'hyper', epsilon: 'hyper', centered: 'flag' }],
  (options: Rmsprop = {}) => {
    const { learningRate: lr = 0.001, rho = 0.9, momentum = 0, epsilon = 1e-7, centered = false } = options
    flag('keras.rmsprop', { centered })
    const step = (centered ? byDeviation : byRoot)({ lr, rho, epsilon })
    const whole = momentum === 0 ? step : fused('rmsprop', step, momentumBuffer(momentum))
    return kerasOptimizer('keras.rmsprop', whole, options)
  },
)

type Hypers = Readonly<Record<'lr' | 'rho' | 'epsilon', Hyper>>
const range = { rho: nonNegative, epsilon: nonNegative }

const byRoot = (hyper: Hypers): Rule =>
  formula({
    name: 'rmsprop',
    hyper,
    range,
    slots: { v: 0 },
    step: ({ g, v, lr, rho, epsilon }) => {
      const next = ema(rho, v, g.square())
      return { v: next, delta: g.mul(lr).div(next.add(epsilon).sqrt()).neg() }
    },
  })

const byDeviation = (hyper: Hypers): Rule =>
  formula({
    name: 'rmsprop',
    hyper,
    range,
    slots: { v: 0, a: 0 },
    step: ({ g, lr, rho, epsilon, ...slot }) => {
      const v = ema(rho, slot.v, g.square())
      const a = ema(rho, slot.a, g)
      return { v, a, delta: g.mul(lr).div(v.sub(a.square()).add(epsilon).sqrt()).neg() }
    },
  })

interface Rmsprop extends KerasOptimizer {
  readonly rho?: Hyper
  readonly momentum?: Hyper
  readonly epsilon?: Hyper
  readonly centered?: boolean
}
