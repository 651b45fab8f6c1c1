import { formula } from '../rule/formula.js'
import { nonNegative } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'

/**
 * Momentum as a part of the optimizers of PyTorch, Keras and TensorFlow.js, which take one above 1 too.
 *
 *     m ← momentum · m + g          and m, or g + momentum · m with the new m where `nesterov`
 */
export const momentumBuffer = (momentum: Hyper, nesterov = false) =>
  formula({
    name: 'momentum',
    hyper: { momentum },
    range: { momentum: nonNegative },
    slots: { m: 0 },
    step: ({ g, m, momentum }) => {
      const next = m.mul(momentum).add(g)
      return { m: next, delta: nesterov ? g.add(next.mul(momentum)) : next }
    },
  })
