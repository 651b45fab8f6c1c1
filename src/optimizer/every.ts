import { built } from '../built.js'
import { formula } from '../rule/formula.js'
import { held } from '../rule/gated.js'
import { fromRule, type Rule } from '../rule/rule.js'
import { check } from '../schedule/check.js'
import { wholeFrom } from '../schedule/range.js'
import { apart } from './apart.js'
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
 * @throws where k or `epoch` is no whole number ≥ 1.
 */
export const every = built(
  'every',
  ['number!', 'optimizer!', { epoch: 'number' }],
  (k: number, optimizer: Optimizer, { epoch }: { epoch?: number } = {}): Optimizer<readonly unknown[]> => {
    check('every', wholeFrom(1), { k, ...(epoch === undefined ? {} : { epoch }) })
    const when = groups(k, epoch)
    if (optimizer.rule) return fromRule(accumulated(when, optimizer.rule)) as Optimizer<readonly unknown[]>
    return apart(mean(when), optimizer, { clock: when.group, steps: (t) => when.last(t) === 1 })
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

const mean = ({ index, last, group }: Groups): Rule =>
  formula({
    name: 'every',
    hyper: { index, last, group },
    slots: { mean: 0 },
    step: ({ g, mean, index, last }) => {
      const next = mean.add(g.sub(mean).div(index))
      return { mean: last.select(0, next), delta: next }
    },
  })

const accumulated = (groups: Groups, rule: Rule): Rule =>
  held({
    own: mean(groups),
    rule,
    join: (own) => ({
      g: own.next('delta'),
      when: own.of('last'),
      clock: { t: own.of('group'), at: groups.group },
      otherwise: 0,
    }),
  })
