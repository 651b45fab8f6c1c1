import { built } from '../../built.js'
import type { Expr } from '../../expr/expr.js'
import { formula } from '../../rule/formula.js'
import { named } from '../../rule/fuse.js'
import { lionDirection } from '../../rule/lion.js'
import { descent } from '../../rule/lr.js'
import { ema } from '../../rule/moment.js'
import { fromRule } from '../../rule/rule.js'
import { unit } from '../../schedule/range.js'
import type { Hyper } from '../../schedule/schedule.js'
import { oneOf } from '../option.js'
import { type Masked, maskedKinds, type Rated } from './adam.js'
import { decayed } from './decayed.js'

/** Optax 0.2.9's Lion, https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.lion: ours. */
interface Betas {
  readonly b1?: Hyper
  readonly b2?: Hyper
}
interface ScaleByLion extends Betas {
  readonly mode?: Mode
  readonly smoothBeta?: Hyper
}
type Mode = 'hard' | 'smooth' | 'refined'

/** What the modes make of x = b1 · m + (1 − b1) · g. */
const MODES: Readonly<Record<Mode, (x: Expr, smoothBeta: Expr) => Expr>> = {
  hard: (x) => x.sign(),
  smooth: (x, smoothBeta) => x.mul(smoothBeta).tanh(),
  refined: (x) => x.min(1).max(-1),
}
const modes = Object.keys(MODES)

/**
 * `optax.scale_by_lion`: sign(x); tanh(smoothBeta · x) where `mode` is 'smooth', x between −1 and 1 where it is 'refined'.
 */
export const scaleByLion = built(
  'optax.scaleByLion',
  [{ b1: 'hyper', b2: 'hyper', mode: modes, smoothBeta: 'hyper' }],
  ({ b1 = 0.9, b2 = 0.99, mode = 'hard', smoothBeta = 1 }: ScaleByLion = {}) => {
    oneOf('optax.scaleByLion', modes, { mode })
    return fromRule(
      formula({
        name: 'optax.scaleByLion',
        hyper: { b1, b2, smoothBeta },
        range: { b1: unit, b2: unit },
        slots: { m: 0 },
        step: ({ g, m, b1, b2, smoothBeta }) => ({ m: ema(b2, m, g), delta: MODES[mode](ema(b1, m, g), smoothBeta) }),
      }),
    )
  },
)

/** `optax.lion`. */
export const lion = built(
  'optax.lion',
  [{ learningRate: 'hyper!', b1: 'hyper', b2: 'hyper', ...maskedKinds }],
  ({ learningRate, weightDecay = 1e-3, mask = null, ...betas }: Betas & Rated & Masked) =>
    named('optax.lion', lionDirection(betas), decayed('optax.lion', weightDecay, mask), descent(learningRate)),
)
