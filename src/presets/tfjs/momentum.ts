import { built } from '../../built.js'
import { formula } from '../../rule/formula.js'
import { named } from '../../rule/fuse.js'
import { descent } from '../../rule/lr.js'
import { nonNegative } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import type { Tensors } from '../../tree.js'
import { flag } from '../option.js'

interface Sgd {
  readonly learningRate: Hyper
}

/** `tf.train.sgd`: Δθ = −learningRate · g. */
export const sgd = built('tfjs.sgd', [{ learningRate: 'hyper!' }], ({ learningRate }: Sgd) =>
  named<{}>('tfjs.sgd', descent(learningRate)),
)

interface Momentum extends Sgd {
  readonly momentum: Hyper
  readonly useNesterov?: boolean
}

/** `tf.train.momentum`: m ← momentum · m + g; Δθ = −learningRate · m, or of g + momentum · m with the new m. */
export const momentum = built(
  'tfjs.momentum',
  [{ learningRate: 'hyper!', momentum: 'hyper!', useNesterov: 'flag' }],
  ({ learningRate, momentum, useNesterov = false }: Momentum) => {
    flag('tfjs.momentum', { useNesterov })
    const buffer = formula({
      name: 'momentum',
      hyper: { momentum },
      range: { momentum: nonNegative },
      slots: { m: 0 },
      step: ({ g, momentum, ...slot }) => {
        const m = slot.m.mul(momentum).add(g)
        return { m, delta: useNesterov ? g.add(m.mul(momentum)) : m }
      },
    })
    return named<{ m: Tensors }>('tfjs.momentum', buffer, descent(learningRate))
  },
)
