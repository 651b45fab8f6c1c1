import { built } from '../built.js'
import { nonNegative } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import type { Tensors } from '../tree.js'
import { formula } from './formula.js'
import { named } from './fuse.js'
import { descent } from './lr.js'

/**
 * Adagrad. Duchi, Hazan & Singer 2011, https://jmlr.org/papers/v12/duchi11a.html
 *
 *     G ← G + g²
 *     Δθ = −lr · g / √(G + eps)          the effective rate lr/√(G + eps) never rises
 *
 * Where we differ: PyTorch has √G + 1e-10; Keras, TensorFlow.js and Optax start G at 0.1 with eps 1e-7.
 */
export const adagrad = built(
  'adagrad',
  [{ lr: 'hyper', eps: 'hyper' }],
  ({ lr = 0.01, eps = 1e-8 }: { lr?: Hyper; eps?: Hyper } = {}) =>
    named<{ G: Tensors }>('adagrad', adagradDirection({ eps }), descent(lr)),
)

/** G may start above 0. */
export const adagradDirection = ({ eps, start = 0 }: { eps: Hyper; start?: number }) =>
  formula({
    name: 'adagrad',
    hyper: { eps },
    range: { eps: nonNegative },
    slots: { G: start },
    step: ({ g, G, eps }) => {
      const next = G.add(g.square())
      return { G: next, delta: g.div(next.add(eps).sqrt()) }
    },
  })
