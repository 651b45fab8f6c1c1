import { built } from '../../built.js'
import { select, sumOver } from '../../expr/expr.js'
import { chain } from '../../optimizer/chain.js'
import type { Optimizer } from '../../optimizer/optimizer.js'
import { rule } from '../../rule/rule.js'
import type { Hyper } from '../../schedule/schedule.js'
import { oneOf } from '../option.js'
import { scaleByLearningRate } from './scale.js'

interface Polyak {
  readonly fMin?: Hyper
  readonly maxLearningRate?: Hyper
  readonly eps?: Hyper
  readonly variant?: 'sps' | 'sps+'
}

const VARIANTS = ['sps', 'sps+'] as const

/**
 * `optax.scale_by_polyak` of 0.2.9. Needs the loss.
 * https://optax.readthedocs.io/en/latest/api/transformations.html#optax.scale_by_polyak
 *
 *     g · min(gap / (‖g‖² + eps), maxLearningRate)          gap = loss − fMin, in sps+ 0 at least
 *
 * No step where ‖g‖² + eps ≤ 2.2e-16.
 */
export const scaleByPolyak = built(
  'optax.scaleByPolyak',
  [{ fMin: 'hyper', maxLearningRate: 'hyper', eps: 'hyper', variant: VARIANTS }],
  ({ fMin = 0, maxLearningRate = 1, eps = 0, variant = 'sps' }: Polyak = {}) => {
    oneOf('optax.scaleByPolyak', VARIANTS, { variant })
    return rule({
      name: 'scaleByPolyak',
      hyper: { fMin, maxLearningRate, eps },
      step: ({ g, loss, fMin, maxLearningRate, eps }) => {
        const square = sumOver('tree', g.square()).add(eps)
        const gap = loss.sub(fMin)
        const rate = (variant === 'sps+' ? gap.max(0) : gap).div(square).min(maxLearningRate)
        return { delta: g.mul(select(square.le(Number.EPSILON), 0, rate)) }
      },
    })
  },
)

/**
 * `optax.polyak_sgd`: the step of −scaling · g, whose norm is the one that counts.
 * https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.polyak_sgd
 */
export const polyakSgd = built(
  'optax.polyakSgd',
  [{ maxLearningRate: 'hyper', scaling: 'hyper', fMin: 'hyper', eps: 'hyper', variant: VARIANTS }],
  ({ scaling = 1, ...polyak }: Polyak & { scaling?: Hyper } = {}): Optimizer =>
    chain(scaleByLearningRate({ learningRate: scaling }), scaleByPolyak(polyak)),
)
