import { built } from '../built.js'
import type { Optimizer } from '../optimizer/optimizer.js'
import { nonNegative } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import { type Where, whereOf } from '../where.js'
import { formula } from './formula.js'
import { fromRule } from './rule.js'

/**
 * Weight decay, by its place in the chain.
 *
 *     g ← g + weightDecay · θ          on the leaves that `where` picks
 *
 *     chain(addDecayedWeights(…), scaleByAdam(), scaleByLr(lr))                   coupled: L2 regularisation
 *     chain(scaleByAdam(), addDecayedWeights(…), scaleByLr(lr))                   decoupled: AdamW
 *     chain(scaleByAdam(), scale(lr), addDecayedWeights(…), scale(-1))            independent of lr
 */
export const addDecayedWeights = built(
  'addDecayedWeights',
  [{ weightDecay: 'hyper!', where: 'where' }],
  (options: Decay) => fromRule(decay(options)) as Optimizer<{}>,
)

export const decay = ({ weightDecay, where }: Decay) => {
  const picks = where === undefined ? undefined : whereOf('addDecayedWeights', where)
  return formula({
    name: 'addDecayedWeights',
    hyper: { weightDecay },
    range: { weightDecay: nonNegative },
    leaf: picks && { decayed: (path) => (picks(path) ? 1 : 0) },
    step: ({ g, theta, weightDecay, decayed }) => ({
      delta: g.add(theta.mul(picks ? weightDecay.mul(decayed) : weightDecay)),
    }),
  })
}

export interface Decay {
  readonly weightDecay: Hyper
  /** The leaves that decay, by path (`dense.0.kernel`, `**.kernel`); all, if nothing is said. */
  readonly where?: Where
}
