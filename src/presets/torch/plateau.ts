import { built } from '../../built.js'
import type { Expr } from '../../expr/expr.js'
import { brief, mistake } from '../../failure.js'
import { perTree } from '../../rule/formula.js'
import { complement } from '../../rule/moment.js'
import { heard } from '../../rule/plateau.js'
import { rule } from '../../rule/rule.js'
import { check } from '../../schedule/check.js'
import { fraction, nonNegative, wholeFrom } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'

/**
 * PyTorch 2.13's `optim.lr_scheduler.ReduceLROnPlateau`, in the place of `scaleByLr`:
 * `chain(trace({ beta: 0.9 }), reduceLROnPlateau({ lr: 0.1 }))`.
 * https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ReduceLROnPlateau.html
 *
 *     Δθ = −rate · g                                         the rate before this update's loss was heard
 *     best ← loss where it is better
 *     bad ← 0 where better or cooling > 0, else bad + 1
 *     where bad > patience:  lower = max(minLr, factor · rate),  rate ← lower if rate − lower > eps
 *                            bad ← 0,  cooling ← cooldown
 *     elsewhere:             cooling ← max(0, cooling − 1)
 *
 * In PyTorch one calls `optimizer.step()`, and `scheduler.step(loss)` after it: update t, of count t − 1, has heard the losses
 * of the updates before it and not its own. Here each update hears one loss; PyTorch's users call the scheduler once an epoch.
 *
 * Where it differs: there is one group of parameters, and so one `minLr`; negative options, which PyTorch takes, are refused.
 */
export const reduceLROnPlateau = built(
  'torch.reduceLROnPlateau',
  [
    {
      lr: 'number!',
      mode: ['min', 'max'],
      factor: 'hyper',
      patience: 'hyper',
      threshold: 'hyper',
      thresholdMode: ['rel', 'abs'],
      cooldown: 'hyper',
      minLr: 'hyper',
      eps: 'hyper',
    },
  ],
  ({
    lr,
    mode = 'min',
    factor = 0.1,
    patience = 10,
    threshold = 1e-4,
    thresholdMode = 'rel',
    cooldown = 0,
    minLr = 0,
    eps = 1e-8,
  }: Options) => {
    const name = 'reduceLROnPlateau'
    check(name, nonNegative, { lr })
    if (!Object.hasOwn(BETTER, mode)) throw mistake(name, `mode is ${brief(mode)}`, "'min' or 'max'")
    if (!Object.hasOwn(BETTER[mode], thresholdMode))
      throw mistake(name, `thresholdMode is ${brief(thresholdMode)}`, "'rel' or 'abs'")
    const better = BETTER[mode][thresholdMode]
    return rule({
      name,
      hyper: { factor, patience, threshold, cooldown, minLr, eps },
      range: {
        factor: fraction,
        patience: wholeFrom(0),
        threshold: nonNegative,
        cooldown: wholeFrom(0),
        minLr: nonNegative,
        eps: nonNegative,
      },
      slots: {
        rate: perTree(lr),
        best: perTree(mode === 'min' ? Infinity : -Infinity),
        bad: perTree(0),
        cooling: perTree(0),
      },
      step: ({ g, loss, factor, patience, threshold, cooldown, minLr, eps, rate, ...now }) => {
        const improved = better(loss, now.best, threshold)
        const { reduce, ...next } = heard(now, loss, improved, (bad) => bad.gt(patience), cooldown)
        const lower = rate.mul(factor).max(minLr)
        const lowered = rate.sub(lower).gt(eps).select(lower, rate)
        return { ...next, rate: reduce.select(lowered, rate), delta: g.mul(rate).neg() }
      },
    })
  },
)

type Better = (loss: Expr, best: Expr, threshold: Expr) => Expr

const BETTER: Readonly<Record<'min' | 'max', Readonly<Record<'rel' | 'abs', Better>>>> = {
  min: {
    rel: (loss, best, threshold) => loss.lt(best.mul(complement(threshold))),
    abs: (loss, best, threshold) => loss.lt(best.sub(threshold)),
  },
  max: {
    rel: (loss, best, threshold) => loss.gt(best.mul(threshold.add(1))),
    abs: (loss, best, threshold) => loss.gt(best.add(threshold)),
  },
}

interface Options {
  /** The first rate. */
  readonly lr: number
  /** Whether less is better, or more. */
  readonly mode?: 'min' | 'max'
  readonly factor?: Hyper
  /** So many losses in a row that are not better are allowed. */
  readonly patience?: Hyper
  readonly threshold?: Hyper
  /** Better by this part of the best, or by this much. */
  readonly thresholdMode?: 'rel' | 'abs'
  /** Losses after a reduction that are not counted. */
  readonly cooldown?: Hyper
  readonly minLr?: Hyper
  /** A smaller reduction than this is not made. */
  readonly eps?: Hyper
}
