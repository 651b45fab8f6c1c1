import { built } from '../../built.js'
import { formula } from '../../rule/formula.js'
import { named } from '../../rule/fuse.js'
import { descent } from '../../rule/lr.js'
import { fromRule } from '../../rule/rule.js'
import { check } from '../../schedule/check.js'
import { nonNegative } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import type { Rated } from './adam.js'

/**
 * Optax 0.2.9's Adagrad, https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.adagrad: ours, whose G starts at
 * `initialAccumulatorValue`, and 0 where G is 0.
 */
interface ScaleByRss {
  readonly initialAccumulatorValue?: number
  readonly eps?: Hyper
}

const direction = (who: string, { initialAccumulatorValue = 0.1, eps = 1e-7 }: ScaleByRss) => {
  check(who, nonNegative, { initialAccumulatorValue })
  return formula({
    name: who,
    hyper: { eps },
    range: { eps: nonNegative },
    slots: { G: initialAccumulatorValue },
    step: ({ g, G, eps }) => {
      const next = G.add(g.square())
      return { G: next, delta: next.gt(0).select(g.div(next.add(eps).sqrt()), 0) }
    },
  })
}

const kinds = { initialAccumulatorValue: 'number', eps: 'hyper' } as const

/** `optax.scale_by_rss`. */
export const scaleByRss = built('optax.scaleByRss', [kinds], (options: ScaleByRss = {}) =>
  fromRule(direction('optax.scaleByRss', options)),
)

/** `optax.adagrad`. */
export const adagrad = built(
  'optax.adagrad',
  [{ learningRate: 'hyper!', ...kinds }],
  ({ learningRate, ...options }: ScaleByRss & Rated) =>
    named('optax.adagrad', direction('optax.adagrad', options), descent(learningRate)),
)
