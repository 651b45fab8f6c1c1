import { built } from '../../built.js'
import { formula } from '../../rule/formula.js'
import { named } from '../../rule/fuse.js'
import { descent } from '../../rule/lr.js'
import { check } from '../../schedule/check.js'
import { nonNegative } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import type { Tensors } from '../../tree.js'
import { EPSILON } from './epsilon.js'

interface Adagrad {
  readonly learningRate: Hyper
  readonly initialAccumulatorValue?: number
}

/** `tf.train.adagrad`: G ← G + g², from initialAccumulatorValue; Δθ = −learningRate · g / √(G + 1e-7). */
export const adagrad = built(
  'tfjs.adagrad',
  [{ learningRate: 'hyper!', initialAccumulatorValue: 'number' }],
  ({ learningRate, initialAccumulatorValue = 0.1 }: Adagrad) => {
    check('tfjs.adagrad', nonNegative, { initialAccumulatorValue })
    const direction = formula({
      name: 'adagrad',
      slots: { G: initialAccumulatorValue },
      step: ({ g, ...slot }) => {
        const G = slot.G.add(g.square())
        return { G, delta: g.div(G.add(EPSILON).sqrt()) }
      },
    })
    return named<{ G: Tensors }>('tfjs.adagrad', direction, descent(learningRate))
  },
)
