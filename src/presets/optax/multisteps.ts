import { built } from '../../built.js'
import { type Expr, literal, scheduled } from '../../expr/expr.js'
import { mistake } from '../../failure.js'
import type { Optimizer } from '../../optimizer/optimizer.js'
import { formula, perTree } from '../../rule/formula.js'
import { held } from '../../rule/gated.js'
import { fromRule } from '../../rule/rule.js'
import { check } from '../../schedule/check.js'
import { wholeFrom } from '../../schedule/range.js'

/** Whether a mini-step is left out, as a formula of its gradient. */
export type ShouldSkip = (g: Expr, gradientStep: Expr, theta: Expr) => Expr

export interface MultiSteps {
  readonly opt: Optimizer
  /** How many mini-steps make a step; a function gets the number of steps made. */
  readonly everyKSchedule: number | ((gradientStep: number) => number)
  /** Their mean, or their sum. */
  readonly useGradMean?: boolean
  readonly shouldSkipUpdateFn?: ShouldSkip | null
}

/**
 * Optax 0.2.9's `MultiSteps`: one step of `opt` with the gradients of k mini-steps; its schedules count steps. A mini-step that is
 * skipped counts for nothing.
 * https://optax.readthedocs.io/en/latest/api/optimizer_wrappers.html#optax.MultiSteps
 *
 * Where it differs: `shouldSkipUpdateFn` is a formula, such as `skipNotFinite` and `skipLargeUpdates({ maxSquaredNorm })` are; and
 * between two steps `opt` is not computed, where Optax multiplies its update by 0.
 */
export const multiSteps = built(
  'optax.multiSteps',
  [{ opt: 'optimizer!', everyKSchedule: 'number!', useGradMean: 'flag', shouldSkipUpdateFn: 'function' }],
  ({ opt, everyKSchedule: k, useGradMean = true, shouldSkipUpdateFn }: MultiSteps): Optimizer<readonly unknown[]> => {
    const who = 'optax.multiSteps'
    if (typeof k !== 'function') check(who, wholeFrom(1), { everyKSchedule: k })
    if (!opt.rule) throw mistake(who, 'opt has no rule', 'one that is a formula')
    const own = formula({
      name: 'multiSteps',
      slots: { sum: 0, miniStep: perTree(0), gradientStep: perTree(0) },
      step: ({ g, theta, sum, miniStep, gradientStep }) => {
        const steps = typeof k === 'number' ? literal(k) : scheduled('k', k, gradientStep)
        const skipped = shouldSkipUpdateFn ? shouldSkipUpdateFn(g, gradientStep, theta) : literal(0)
        const count = miniStep.add(1)
        const emits = skipped.select(0, count.eq(steps))
        const next = useGradMean ? sum.add(g.sub(sum).div(count)) : sum.add(g)
        return {
          sum: skipped.select(sum, emits.select(0, next)),
          miniStep: skipped.select(miniStep, emits.select(0, count)),
          gradientStep: gradientStep.add(emits),
          delta: next,
        }
      },
    })
    return fromRule(
      held({
        own,
        rule: opt.rule,
        join: (symbols) => ({
          g: symbols.next('delta'),
          when: symbols.next('gradientStep').gt(symbols.of('gradientStep')),
          clock: { t: symbols.next('gradientStep') },
          otherwise: 0,
        }),
      }),
    ) as Optimizer<readonly unknown[]>
  },
)
