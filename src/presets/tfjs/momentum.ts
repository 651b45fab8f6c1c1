import { built } from '../../built.js'
import { named } from '../../rule/fuse.js'
import { descent } from '../../rule/lr.js'
import type { Hyper } from '../../schedule/schedule.js'
import type { Tensors } from '../../tree.js'
import { momentumBuffer } from '../momentumbuffer.js'
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
    return named<{ m: Tensors }>('tfjs.momentum', momentumBuffer(momentum, useNesterov), descent(learningRate))
  },
)
