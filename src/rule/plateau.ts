import { built } from '../built.js'
import { type Expr, select } from '../expr/expr.js'
import { mistake } from '../failure.js'
import type { Optimizer } from '../optimizer/optimizer.js'
import { check } from '../schedule/check.js'
import { nonNegative, shrinking, unit, wholeFrom } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import type { Tensors } from '../tree.js'
import { perTree } from './formula.js'
import { complement } from './moment.js'
import { rule } from './rule.js'

/**
 * Smaller steps once the loss no longer falls. After Optax's `reduce_on_plateau`,
 * https://optax.readthedocs.io/en/latest/api/contrib.html#optax.contrib.reduce_on_plateau
 *
 * Every `window` updates, with the mean of their losses, the last of them included:
 *
 *     improved = mean < (1 − rtol) · best − atol            best is ∞ at first: any number improves on it
 *     best ← mean where improved
 *     bad ← 0 where improved or cooling > 0, else bad + 1
 *     where bad ≥ patience:  scale ← max(minScale, factor · scale),  bad ← 0,  cooling ← cooldown
 *     elsewhere:             cooling ← max(0, cooling − 1)
 *     Δ = scale · g                                          at every update
 *
 * A loss that is NaN improves on nothing: its window counts as a bad one, and nothing of it stays.
 *
 * Where we differ: nowhere from Optax, but that at rtol = 1, where it takes 0 · ∞, the first mean is still the best so far.
 * PyTorch reduces one window later (bad > patience), and the step of an update has not heard that update's own loss.
 *
 * Beware of negative losses, here as there: rtol is relative, so below 0 the bound (1 − rtol) · best lies *above* best, and a
 * loss that stands still keeps improving. Give `rtol: 0` and an `atol` then.
 */
export interface Plateau {
  /** What the scale is multiplied by. */
  readonly factor?: Hyper
  /** So many windows in a row that do not improve are one too many. */
  readonly patience?: Hyper
  /** How much less than the best is less: relative to it, and as it is. One of the two is above 0. */
  readonly rtol?: Hyper
  readonly atol?: Hyper
  /** Windows after a reduction that are not counted. */
  readonly cooldown?: Hyper
  /** How many losses are averaged: more than one where they are those of small batches. */
  readonly window?: number
  readonly minScale?: Hyper
}

type Slots = 'scale' | 'best' | 'bad' | 'cooling'
type State = Readonly<Record<Slots, Tensors>> & { readonly sum?: Tensors; readonly heard?: Tensors }

/**
 * `scale` times the transformed gradient; `scale` starts at 1. Needs the loss of every update.
 *
 * @throws where an option is out of its range, or neither `rtol` nor `atol` is above 0.
 */
export const reduceOnPlateau = built(
  'reduceOnPlateau',
  [
    {
      factor: 'hyper',
      patience: 'hyper',
      rtol: 'hyper',
      atol: 'hyper',
      cooldown: 'hyper',
      window: 'number',
      minScale: 'hyper',
    },
  ],
  (options: Plateau = {}) => reducing(options),
)

const reducing = ({
  factor = 0.1,
  patience = 10,
  rtol = 1e-4,
  atol = 0,
  cooldown = 0,
  window = 1,
  minScale = 0,
}: Plateau): Optimizer<State> => {
  const name = 'reduceOnPlateau'
  check(name, wholeFrom(1), { window })
  if (rtol === 0 && atol === 0) throw mistake(name, 'rtol and atol are 0', 'one of them above 0')
  const spec = {
    name,
    hyper: { factor, patience, rtol, atol, cooldown, minScale },
    range: {
      factor: shrinking,
      patience: wholeFrom(1),
      rtol: unit,
      atol: nonNegative,
      cooldown: wholeFrom(0),
      minScale: unit,
    },
  }
  const slots = { scale: perTree(1), best: perTree(Infinity), bad: perTree(0), cooling: perTree(0) }
  if (window === 1)
    return rule({
      ...spec,
      slots,
      step: ({ g, loss, ...now }) => {
        const next = judged(now, loss)
        return { ...next, delta: g.mul(next.scale) }
      },
    })
  return rule({
    ...spec,
    slots: { ...slots, sum: perTree(0), heard: perTree(0) },
    step: ({ g, loss, sum, heard, ...now }) => {
      const total = sum.add(loss)
      const count = heard.add(1)
      const ends = count.ge(window)
      const after = judged(now, total.div(window))
      const at = (slot: Slots) => select(ends, after[slot], now[slot])
      const scale = at('scale')
      return {
        scale,
        best: at('best'),
        bad: at('bad'),
        cooling: at('cooling'),
        sum: select(ends, 0, total),
        heard: select(ends, 0, count),
        delta: g.mul(scale),
      }
    },
  })
}

type Symbols = Readonly<Record<Slots | 'factor' | 'patience' | 'rtol' | 'atol' | 'cooldown' | 'minScale', Expr>>

/** The slots after a window. */
const judged = ({ scale, factor, patience, rtol, atol, cooldown, minScale, ...now }: Symbols, mean: Expr) => {
  // At rtol = 1 the product with the ∞ that `best` starts at would be NaN, of which nothing is less.
  const bound = select(now.best.lt(Infinity), now.best.mul(complement(rtol)).sub(atol), Infinity)
  const { reduce, ...next } = heard(now, mean, mean.lt(bound), (bad) => bad.ge(patience), cooldown)
  return { scale: select(reduce, scale.mul(factor).max(minScale), scale), ...next }
}

/** What hearing one more value makes of the slots of patience, and whether it was one bad value too many. */
export const heard = (
  { best, bad, cooling }: Readonly<Record<'best' | 'bad' | 'cooling', Expr>>,
  value: Expr,
  improved: Expr,
  tooMany: (bad: Expr) => Expr,
  cooldown: Expr,
) => {
  const counted = select(cooling.gt(0), 0, select(improved, 0, bad.add(1)))
  const reduce = tooMany(counted)
  return {
    reduce,
    best: select(improved, value, best),
    bad: select(reduce, 0, counted),
    cooling: select(reduce, cooldown, cooling.sub(1).max(0)),
  }
}
