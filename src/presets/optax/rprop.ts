import { built } from '../../built.js'
import { select } from '../../expr/expr.js'
import { formula } from '../../rule/formula.js'
import { named } from '../../rule/fuse.js'
import { fromRule } from '../../rule/rule.js'
import { check } from '../../schedule/check.js'
import { finite } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'

/**
 * Optax 0.2.9's Rprop, https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.rprop. It steps by what it found one update
 * before, so that its first update is 0, and forgets that step where the sign has changed:
 *
 *     s = sign(g · before)
 *     size ← size · (etaPlus where s > 0, etaMinus where s < 0), within minStepSize … maxStepSize; as it was where s = 0
 *     Δθ = −before, and 0 where s < 0
 *     before ← size · sign(g), and 0 where s < 0          from 0
 */
interface Rprop {
  /** Every element's first step size. */
  readonly learningRate: number
  readonly etaMinus?: Hyper
  readonly etaPlus?: Hyper
  readonly minStepSize?: Hyper
  readonly maxStepSize?: Hyper
}

const direction = (who: string, options: Rprop) => {
  const { learningRate, etaMinus = 0.5, etaPlus = 1.2, minStepSize = 1e-6, maxStepSize = 50 } = options
  check(who, finite, { learningRate })
  return formula({
    name: who,
    hyper: { etaMinus, etaPlus, minStepSize, maxStepSize },
    slots: { size: learningRate, before: 0 },
    step: ({ g, etaMinus, etaPlus, minStepSize, maxStepSize, ...slot }) => {
      const s = g.sign().mul(slot.before.sign())
      const stretched = slot.size
        .mul(select(s.gt(0), etaPlus, etaMinus))
        .max(minStepSize)
        .min(maxStepSize)
      const size = s.eq(0).select(slot.size, stretched)
      return { size, before: s.lt(0).select(0, size.mul(g.sign())), delta: s.lt(0).select(0, slot.before) }
    },
  })
}

const descending = formula({ name: 'scale', step: ({ g }) => ({ delta: g.neg() }) })

const kinds = {
  learningRate: 'number!',
  etaMinus: 'hyper',
  etaPlus: 'hyper',
  minStepSize: 'hyper',
  maxStepSize: 'hyper',
} as const

/** `optax.scale_by_rprop`. */
export const scaleByRprop = built('optax.scaleByRprop', [kinds], (options: Rprop) =>
  fromRule(direction('optax.scaleByRprop', options)),
)

/** `optax.rprop`. */
export const rprop = built('optax.rprop', [kinds], (options: Rprop) =>
  named('optax.rprop', direction('optax.rprop', options), descending),
)
