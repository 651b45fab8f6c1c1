import { built } from '../built.js'
import { fraction } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import type { Tensors } from '../tree.js'
import { formula } from './formula.js'
import { named } from './fuse.js'
import { descent } from './lr.js'

/**
 * Nesterov's accelerated gradient in the form that takes its gradient at θ.
 * Nesterov 1983; Sutskever et al. 2013, https://proceedings.mlr.press/v28/sutskever13.html
 *
 *     m ← beta · m + g
 *     Δθ = −lr · (beta · m + g)
 *
 * Where we differ: nowhere from PyTorch and Optax; Keras puts lr inside the buffer. `nesterovAhead` takes the gradient where
 * the momentum leads, at its θ − beta·m: the same path, of which its θ − beta·m is our θ.
 */
export const nesterov = built(
  'nesterov',
  [{ lr: 'hyper!', beta: 'hyper' }],
  ({ lr, beta = 0.9 }: { lr: Hyper; beta?: Hyper }) =>
    named<{ m: Tensors }>('nesterov', nesterovDirection({ beta }), descent(lr)),
)

const nesterovDirection = ({ beta }: { beta: Hyper }) =>
  formula({
    name: 'nesterov',
    hyper: { beta },
    range: { beta: fraction },
    slots: { m: 0 },
    step: ({ g, m, beta }) => {
      const next = m.mul(beta).add(g)
      return { m: next, delta: next.mul(beta).add(g) }
    },
  })
