import { built } from '../../built.js'
import { formula, type Rule } from '../../rule/formula.js'
import { named } from '../../rule/fuse.js'
import { ema } from '../../rule/moment.js'
import { fraction, nonNegative } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import type { Tensors } from '../../tree.js'
import { flag } from '../option.js'
import { EPSILON } from './epsilon.js'

interface RMSProp {
  readonly learningRate: Hyper
  readonly decay?: Hyper
  readonly momentum?: Hyper
  readonly epsilon?: Hyper | null
  readonly centered?: boolean
}

type Hypers = Readonly<Record<'learningRate' | 'decay' | 'momentum' | 'epsilon', Hyper>>

const range = { learningRate: nonNegative, decay: fraction, momentum: nonNegative, epsilon: nonNegative }

const plain = (hyper: Hypers): Rule =>
  formula({
    name: 'rmsprop',
    hyper,
    range,
    slots: { v: 0, m: 0 },
    step: ({ g, learningRate, decay, momentum, epsilon, ...slot }) => {
      const v = ema(decay, slot.v, g.square())
      const m = slot.m.mul(momentum).add(g.mul(learningRate).div(v.add(epsilon).sqrt()))
      return { v, m, delta: m.neg() }
    },
  })

const centering = (hyper: Hypers): Rule =>
  formula({
    name: 'rmsprop',
    hyper,
    range,
    slots: { v: 0, mean: 0, m: 0 },
    step: ({ g, learningRate, decay, momentum, epsilon, ...slot }) => {
      const v = ema(decay, slot.v, g.square())
      const mean = ema(decay, slot.mean, g)
      const variance = v.sub(mean.square().add(epsilon))
      const m = slot.m.mul(momentum).add(g.mul(learningRate).div(variance.sqrt()))
      return { v, mean, m, delta: m.neg() }
    },
  })

/**
 * `tf.train.rmsprop`:
 *
 *     v ← decay · v + (1 − decay) · g²
 *     m ← momentum · m + learningRate · g / √(v + epsilon)
 *     Δθ = −m
 *
 * Where `centered` it subtracts epsilon, √(v − (mean² + epsilon)) with the mean of g: an entry whose variance is below epsilon,
 * one that had no gradient yet or always the same, becomes NaN, and stays it. So it is there, and so it is here.
 */
export const rmsprop = built(
  'tfjs.rmsprop',
  [{ learningRate: 'hyper!', decay: 'hyper', momentum: 'hyper', epsilon: 'hyper', centered: 'flag' }],
  ({ learningRate, decay = 0.9, momentum = 0, epsilon, centered = false }: RMSProp) => {
    flag('tfjs.rmsprop', { centered })
    const step = centered ? centering : plain
    return named<{ v: Tensors; m: Tensors; mean?: Tensors }>(
      'tfjs.rmsprop',
      step({ learningRate, decay, momentum, epsilon: epsilon ?? EPSILON }),
    )
  },
)
