import { built } from '../built.js'
import { mistake } from '../failure.js'
import { formula } from '../rule/formula.js'
import { held } from '../rule/gated.js'
import { fromRule, type Rule } from '../rule/rule.js'
import { check } from '../schedule/check.js'
import { wholeFrom } from '../schedule/range.js'
import type { Optimizer } from './optimizer.js'

/**
 * Accumulation: one update of k gradients, of which the optimizer gets the mean. The updates in between move nothing, and cost a
 * pass over the gradients alone.
 *
 *     mean ← mean + (g − mean) / i          i = 1 … k, the number of the gradient in its group
 *     Δθ = optimizer(mean) at the last one of a group, 0 before it
 *
 *     every(1, a) = a
 *
 * The optimizer's t, and its schedules, count groups. With `epoch`, the number of batches in one, groups begin anew with every
 * epoch, and the last one is as large as what is left.
 *
 * @throws where k or `epoch` is no whole number ≥ 1, or the optimizer is no formula.
 */
export const every = built(
  'every',
  ['number!', 'optimizer!', { epoch: 'number' }],
  (k: number, optimizer: Optimizer, { epoch }: { epoch?: number } = {}): Optimizer<readonly unknown[]> => {
    check('every', wholeFrom(1), { k, ...(epoch === undefined ? {} : { epoch }) })
    const { rule } = optimizer
    if (!rule) throw mistake('every', 'the optimizer has no rule', 'one that is a formula')
    return fromRule(accumulated(groups(k, epoch), rule)) as Optimizer<readonly unknown[]>
  },
)

/** Of gradient t: its number in its group, whether it is the last one there, and the number of its group. */
interface Groups {
  readonly index: (t: number) => number
  readonly last: (t: number) => number
  readonly group: (t: number) => number
}

const groups = (k: number, epoch = Infinity): Groups => {
  const inEpoch = (t: number) => (epoch === Infinity ? t : ((t - 1) % epoch) + 1)
  const epochs = (t: number) => (epoch === Infinity ? 0 : Math.floor((t - 1) / epoch))
  return {
    index: (t) => ((inEpoch(t) - 1) % k) + 1,
    last: (t) => (inEpoch(t) % k === 0 || inEpoch(t) === epoch ? 1 : 0),
    group: (t) => (epoch === Infinity ? 0 : epochs(t) * Math.ceil(epoch / k)) + Math.ceil(inEpoch(t) / k),
  }
}

const accumulated = ({ index, last, group }: Groups, rule: Rule): Rule =>
  held({
    own: formula({
      name: 'every',
      hyper: { index, last, group },
      slots: { mean: 0 },
      step: ({ g, mean, index, last }) => {
        const next = mean.add(g.sub(mean).div(index))
        return { mean: last.select(0, next), delta: next }
      },
    }),
    rule,
    join: (own) => ({
      g: own.next('delta'),
      when: own.of('last'),
      clock: { t: own.of('group'), at: group },
      otherwise: 0,
    }),
  })
