import { built } from '../built.js'
import { finite, nonNegative } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import { perTree } from './formula.js'
import { rule } from './rule.js'

/**
 * One factor until the loss has once been below a bound, another for ever after: a warm-up as long as it has to be.
 * He et al. 2016, section 4.2, https://arxiv.org/abs/1512.03385, train ResNet-110 at a rate of 0.01 until the training
 * error is below 80 % (about 400 updates), and at 0.1 then: `chain(momentum({ lr: 0.1 }), untilLoss({ under, before: 0.1 }))`.
 *
 *     passed ← 1 from the first update whose loss is below `under`, 0 until then
 *     Δ = g · (passed ? after : before)          an update has heard its own loss
 *
 * Where we differ: the paper looks at the training error, in percent; here it is the loss that is trained.
 */
export const untilLoss = built(
  'untilLoss',
  [{ under: 'hyper!', before: 'hyper!', after: 'hyper' }],
  ({ under, before, after = 1 }: { under: Hyper; before: Hyper; after?: Hyper }) =>
    rule({
      name: 'untilLoss',
      hyper: { under, before, after },
      range: { under: finite, before: nonNegative, after: nonNegative },
      slots: { passed: perTree(0) },
      step: ({ g, loss, under, before, after, passed }) => {
        const next = passed.max(loss.lt(under))
        return { passed: next, delta: g.mul(next.select(after, before)) }
      },
    }),
)
