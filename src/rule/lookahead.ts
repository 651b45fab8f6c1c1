import { built } from '../built.js'
import { check } from '../schedule/check.js'
import { unit, wholeFrom } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import { rule } from './rule.js'

/**
 * Lookahead: last in a chain, whose steps are the fast ones. Zhang, Lucas, Hinton & Ba 2019, Algorithm 1,
 * https://arxiv.org/abs/1907.08610
 *
 *     every k updates:  slow ← slow + alpha · (θ + Δ − slow),  θ ← slow          slow starts at θ
 *     between them:     θ ← θ + Δ
 *
 *     chain(a, lookahead({ k: 1, alpha: 1 })) = a
 *
 * The slow weights are what is evaluated (`readout`); the paper's k is 5 to 10, its alpha 0.5 to 0.8.
 *
 * Where we differ: Optax hands both sets of weights about, and can make the fast optimizer forget at each synchronization.
 */
export const lookahead = built(
  'lookahead',
  [{ k: 'number', alpha: 'hyper' }],
  ({ k = 5, alpha = 0.5 }: { k?: number; alpha?: Hyper } = {}) => {
    check('lookahead', wholeFrom(1), { k })
    return rule({
      name: 'lookahead',
      hyper: { alpha, synchronize: (t) => (t % k === 0 ? 1 : 0) },
      range: { alpha: unit },
      slots: { slow: 'theta' },
      step: ({ g, theta, slow, alpha, synchronize }) => {
        const next = slow.add(theta.add(g).sub(slow).mul(alpha))
        return { slow: synchronize.select(next, slow), delta: synchronize.select(next.sub(theta), g) }
      },
      readout: ({ slow }) => slow,
    })
  },
)
