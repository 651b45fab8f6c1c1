import { built } from '../built.js'
import { select } from '../expr/expr.js'
import { check } from '../schedule/check.js'
import { nonNegative, type Range, shrinking } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import type { Tensors } from '../tree.js'
import { formula } from './formula.js'
import { named } from './fuse.js'

/**
 * Rprop: by the gradient's sign alone, a step size for each element. For full batches.
 * Riedmiller & Braun 1993, https://doi.org/10.1109/ICNN.1993.298623; without going back: Igel & Hüsken 2000
 *
 *     s = sign(g · before)          before is the last gradient, 0 at first
 *     size ← size · (etaPlus where s > 0, etaMinus where s < 0, 1 where s = 0), within min … max
 *     before ← 0 where s < 0, g elsewhere          no punishment twice
 *     Δθ = −size · sign(before)
 *
 * Where we differ: where the sign changes, the paper of 1993 takes the last step back, and here, as in PyTorch, nothing moves.
 * PyTorch starts at size 0.01. Optax steps by what this was one update before.
 */
export const rprop = built(
  'rprop',
  [{ start: 'number', etaMinus: 'hyper', etaPlus: 'hyper', min: 'hyper', max: 'hyper' }],
  (options: Rprop = {}) => named<{ before: Tensors; size: Tensors }>('rprop', rpropStep('rprop', options)),
)

export const rpropStep = (who: string, { start = 0.1, etaMinus = 0.5, etaPlus = 1.2, min = 1e-6, max = 50 }: Rprop) => {
  check(who, nonNegative, { start })
  return formula({
    name: who,
    hyper: { etaMinus, etaPlus, min, max },
    range: { etaMinus: shrinking, etaPlus: growing, min: nonNegative, max: nonNegative },
    slots: { before: 0, size: start },
    step: ({ g, before, size, etaMinus, etaPlus, min, max }) => {
      // Of the signs: the product of two small gradients is 0 in float32.
      const s = g.sign().mul(before.sign())
      const factor = select(s.gt(0), etaPlus, select(s.lt(0), etaMinus, 1))
      const next = { before: s.lt(0).select(0, g), size: size.mul(factor).max(min).min(max) }
      return { ...next, delta: next.size.mul(next.before.sign()).neg() }
    },
  })
}

const growing: Range = { holds: (x) => x > 1 && x < Infinity, say: (name) => `1 < ${name} < ∞` }

export interface Rprop {
  /** Every element's first step size. */
  readonly start?: number
  readonly etaMinus?: Hyper
  readonly etaPlus?: Hyper
  /** Between which step sizes stay. */
  readonly min?: Hyper
  readonly max?: Hyper
}
