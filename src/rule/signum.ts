import { built } from '../built.js'
import { fraction } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import type { Tensors } from '../tree.js'
import { formula } from './formula.js'
import { named } from './fuse.js'
import { descent } from './lr.js'
import { ema } from './moment.js'

/**
 * Signum: the sign of the momentum.
 * Bernstein, Wang, Azizzadenesheli & Anandkumar 2018, Algorithm 2, https://arxiv.org/abs/1802.04434
 *
 *     m ← beta · m + (1 − beta) · g
 *     Δθ = −lr · sign(m)
 *
 * Where we differ: the paper's optional weight decay is `addDecayedWeights` between this and its lr.
 */
export const signum = built(
  'signum',
  [{ lr: 'hyper!', beta: 'hyper' }],
  ({ lr, beta = 0.9 }: { lr: Hyper; beta?: Hyper }) =>
    named<{ m: Tensors }>('signum', signOfMomentum({ beta }), descent(lr)),
)

export const signOfMomentum = ({ beta }: { beta: Hyper }) =>
  formula({
    name: 'signum',
    hyper: { beta },
    range: { beta: fraction },
    slots: { m: 0 },
    step: ({ g, m, beta }) => {
      const next = ema(beta, m, g)
      return { m: next, delta: next.sign() }
    },
  })
