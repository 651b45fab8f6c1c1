import { built } from '../../built.js'
import { decay } from '../../rule/decay.js'
import { formula } from '../../rule/formula.js'
import { named } from '../../rule/fuse.js'
import { madgradStep } from '../../rule/madgrad.js'
import { fromRule } from '../../rule/rule.js'
import { nonNegative } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'

/**
 * Optax 0.2.9's MADGRAD, https://optax.readthedocs.io/en/latest/api/contrib.html#optax.contrib.madgrad: ours with learningRate + eps
 * for lr, of g + weightDecay · θ.
 *
 *     λ = (learningRate + eps) · √t
 */
interface ScaleByMadgrad {
  readonly learningRate: Hyper
  readonly momentum?: Hyper
  readonly eps?: Hyper
}

const stepOf = (who: string, { learningRate, momentum = 0.9, eps = 1e-6 }: ScaleByMadgrad) =>
  formula({
    name: who,
    hyper: { learningRate, momentum, eps },
    range: { learningRate: nonNegative, eps: nonNegative },
    slots: { s: 0, v: 0, start: 'theta' },
    step: ({ learningRate, ...symbols }) =>
      madgradStep({ ...symbols, lambda: learningRate.add(symbols.eps).mul(symbols.t.sqrt()) }),
  })

const kinds = { learningRate: 'hyper!', momentum: 'hyper', eps: 'hyper' } as const

/** `optax.contrib.scale_by_madgrad`: a whole step, that needs no learning rate after it. */
export const scaleByMadgrad = built('optax.scaleByMadgrad', [kinds], (options: ScaleByMadgrad) =>
  fromRule(stepOf('optax.scaleByMadgrad', options)),
)

/** `optax.contrib.madgrad`. */
export const madgrad = built(
  'optax.madgrad',
  [{ ...kinds, weightDecay: 'hyper' }],
  ({ weightDecay = 0, ...options }: ScaleByMadgrad & { weightDecay?: Hyper }) =>
    named('optax.madgrad', decay({ weightDecay }), stepOf('optax.madgrad', options)),
)
