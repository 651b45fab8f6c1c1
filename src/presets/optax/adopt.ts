import { built } from '../../built.js'
import { formula } from '../../rule/formula.js'
import { named } from '../../rule/fuse.js'
import { descent } from '../../rule/lr.js'
import { ema } from '../../rule/moment.js'
import { fromRule } from '../../rule/rule.js'
import { finite, fraction, nonNegative } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import { callable, flag } from '../option.js'
import type { Rated } from './adam.js'

/**
 * Optax 0.2.9's ADOPT, https://optax.readthedocs.io/en/latest/api/contrib.html#optax.contrib.adopt: ours, where
 *
 *     n = g / max(√v, eps), and within ± clipValueFn(t − 1) where `useClipping`
 *     Δθ = −learningRate · m, and of b1 · m + (1 − b1) · n where `nesterov`
 */
interface ScaleByAdopt {
  readonly b1?: Hyper
  readonly b2?: Hyper
  readonly eps?: Hyper
  readonly nesterov?: boolean
  readonly useClipping?: boolean
  /** The bound, from the count of the updates before. */
  readonly clipValueFn?: (count: number) => number
}

const direction = (who: string, options: ScaleByAdopt) => {
  const { b1 = 0.9, b2 = 0.9999, eps = 1e-6, nesterov = false, useClipping = true } = options
  const { clipValueFn = (count: number) => count ** 0.25 } = options
  flag(who, { nesterov, useClipping })
  callable(who, { clipValueFn })
  const clip = useClipping ? { clip: (t: number) => clipValueFn(t - 1) } : {}
  return formula<'b1' | 'b2' | 'eps' | 'clip', 'm' | 'v'>({
    name: who,
    hyper: { b1, b2, eps, ...clip } as Record<'b1' | 'b2' | 'eps' | 'clip', Hyper>,
    range: { b1: fraction, b2: fraction, eps: nonNegative, clip: finite },
    slots: { m: 0, v: 0 },
    step: ({ g, t, b1, b2, eps, clip, ...slot }) => {
      const moves = t.gt(1)
      const whole = g.div(slot.v.sqrt().max(eps))
      const n = useClipping ? whole.max(clip.neg()).min(clip) : whole
      const m = moves.select(ema(b1, slot.m, n), 0)
      return {
        m,
        v: moves.select(ema(b2, slot.v, g.square()), g.square()),
        delta: nesterov ? moves.select(ema(b1, m, n), 0) : m,
      }
    },
  })
}

const kinds = {
  b1: 'hyper',
  b2: 'hyper',
  eps: 'hyper',
  nesterov: 'flag',
  useClipping: 'flag',
  clipValueFn: 'function',
} as const

/** `optax.contrib.scale_by_adopt`. */
export const scaleByAdopt = built('optax.scaleByAdopt', [kinds], (options: ScaleByAdopt = {}) =>
  fromRule(direction('optax.scaleByAdopt', options)),
)

/** `optax.contrib.adopt`. */
export const adopt = built(
  'optax.adopt',
  [{ learningRate: 'hyper!', ...kinds }],
  ({ learningRate, ...options }: ScaleByAdopt & Rated) =>
    named('optax.adopt', direction('optax.adopt', options), descent(learningRate)),
)
