import { built } from '../built.js'
import type { Optimizer } from '../optimizer/optimizer.js'
import { fraction } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import type { Tensors } from '../tree.js'
import { formula } from './formula.js'
import { named } from './fuse.js'
import { descent } from './lr.js'
import { fromRule } from './rule.js'

/**
 * Momentum. Polyak 1964, https://doi.org/10.1016/0041-5553(64)90137-5
 *
 *     m ← beta · m + g          m is a weighted sum of all past gradients
 *     Δθ = −lr · m
 *
 * Where we differ: `heavyBall`, as Keras, has lr inside the buffer, m ← beta·m − lr·g, which is the same while lr is constant.
 * PyTorch dampens g from the second step on where asked to; its default, no dampening, is this.
 */
export const trace = built(
  'trace',
  [{ beta: 'hyper' }],
  (options: { beta?: Hyper } = {}) => fromRule(buffer(options)) as Optimizer<{ m: Tensors }>,
)

const buffer = ({ beta = 0.9 }: { beta?: Hyper }) =>
  formula({
    name: 'trace',
    hyper: { beta },
    range: { beta: fraction },
    slots: { m: 0 },
    step: ({ g, m, beta }) => {
      const next = m.mul(beta).add(g)
      return { m: next, delta: next }
    },
  })

export const momentum = built(
  'momentum',
  [{ lr: 'hyper!', beta: 'hyper' }],
  ({ lr, beta }: { lr: Hyper; beta?: Hyper }) => named<{ m: Tensors }>('momentum', buffer({ beta }), descent(lr)),
)
