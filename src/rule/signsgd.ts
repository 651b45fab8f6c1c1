import { built } from '../built.js'
import type { Hyper } from '../schedule/schedule.js'
import { formula } from './formula.js'
import { named } from './fuse.js'
import { descent } from './lr.js'

/**
 * Sign SGD. Bernstein, Wang, Azizzadenesheli & Anandkumar 2018, Algorithm 1, https://arxiv.org/abs/1802.04434
 *
 *     Δθ = −lr · sign(g)          nothing moves where g = 0
 */
export const signSgd = built('signSgd', [{ lr: 'hyper!' }], ({ lr }: { lr: Hyper }) =>
  named<{}>('signSgd', signed, descent(lr)),
)

export const signed = formula({ name: 'scaleBySign', step: ({ g }) => ({ delta: g.sign() }) })
