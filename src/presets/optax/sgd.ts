import { built } from '../../built.js'
import { formula, type Rule } from '../../rule/formula.js'
import { named } from '../../rule/fuse.js'
import { descent } from '../../rule/lr.js'
import type { Hyper } from '../../schedule/schedule.js'
import { flag } from '../option.js'

/** Optax 0.2.9's `sgd`, https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.sgd: our `momentum`, or `nesterov`. */
export const sgd = built(
  'optax.sgd',
  [{ learningRate: 'hyper!', momentum: 'hyper', nesterov: 'flag' }],
  ({ learningRate, momentum = null, nesterov = false }: Sgd) =>
    named('optax.sgd', ...traced('optax.sgd', momentum, nesterov), descent(learningRate)),
)

/** `trace` as Optax's optimizers have it inside; nothing where momentum is null. */
export const traced = (who: string, momentum: Hyper | null, nesterov: boolean): readonly Rule[] => {
  flag(who, { nesterov })
  if (momentum === null) return []
  return [
    formula({
      name: 'trace',
      hyper: { momentum },
      slots: { m: 0 },
      step: ({ g, m, momentum }) => {
        const next = g.add(m.mul(momentum))
        return { m: next, delta: nesterov ? g.add(next.mul(momentum)) : next }
      },
    }),
  ]
}

interface Sgd {
  readonly learningRate: Hyper
  /** None, where it is null. */
  readonly momentum?: Hyper | null
  readonly nesterov?: boolean
}
