import { built } from '../built.js'
import type { Expr } from '../expr/expr.js'
import { positive } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import { rule } from './rule.js'

/**
 * COCOB-Backprop: each parameter is moved by a bet on the sign of its next gradient. Orabona & Tommasi 2017, Algorithm 2,
 * https://arxiv.org/abs/1705.07795
 *
 *     L ← max(L, |g|)                      the largest gradient
 *     G ← G + |g|
 *     R ← max(R − g · (θ − x0), 0)         what was won; x0: where θ started
 *     S ← S − g
 *     θ ← x0 + S / max(G + L, alpha · L) · (1 + R / L)          x0 as long as all gradients were 0
 *
 * There is no learning rate. `alpha` keeps the first bets small: the first step is x0 − g / (alpha · |g|).
 *
 * Where we differ: Optax starts L at 1e-8.
 */
export const cocob = built('cocob', [{ alpha: 'hyper' }], ({ alpha = 100 }: { alpha?: Hyper } = {}) =>
  rule({
    name: 'cocob',
    hyper: { alpha },
    range: { alpha: positive },
    slots: { x0: 'theta', L: 0, G: 0, R: 0, S: 0 },
    step: (symbols) => {
      const { slots, bet } = cocobBet(symbols)
      const { theta, x0 } = symbols
      return { ...slots, delta: slots.L.gt(0).select(x0.add(bet), x0).sub(theta) }
    },
  }),
)

/** COCOB's slots after a gradient, and how far from x0 its bet is; a number where L > 0. */
export const cocobBet = ({ g, theta, x0, alpha, ...slot }: Symbols) => {
  const L = slot.L.max(g.abs())
  const G = slot.G.add(g.abs())
  const R = slot.R.sub(g.mul(theta.sub(x0))).max(0)
  const S = slot.S.sub(g)
  const bet = S.div(G.add(L).max(L.mul(alpha))).mul(R.div(L).add(1))
  return { slots: { x0, L, G, R, S }, bet }
}

type Symbols = Readonly<Record<'g' | 'theta' | 'alpha' | 'x0' | 'L' | 'G' | 'R' | 'S', Expr>>
