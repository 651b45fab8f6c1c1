import { built } from '../built.js'
import type { Expr } from '../expr/expr.js'
import { nonNegative } from '../schedule/range.js'
import type { Hyper } from '../schedule/schedule.js'
import { norm } from './moment.js'
import { rule } from './rule.js'

/**
 * Steps in proportion to what they change, tensor by tensor: the part of LARS and LAMB that is not SGD or Adam.
 * You, Gitman & Ginsburg 2017, https://arxiv.org/abs/1708.03888; You et al. 2020, https://arxiv.org/abs/1904.00962
 *
 *     scaleByTrustRatio:  g ← trust · ‖θ‖ / (‖g‖ + eps) · g          g itself where ‖θ‖ or ‖g‖ is 0
 *
 * A tensor that is 0, as biases are at first, would never move otherwise. LARS has `trust` 0.001, LAMB 1.
 */
export const scaleByTrustRatio = built(
  'scaleByTrustRatio',
  [{ trust: 'hyper', eps: 'hyper' }],
  ({ trust = 1, eps = 0 }: { trust?: Hyper; eps?: Hyper } = {}) =>
    rule({
      name: 'scaleByTrustRatio',
      hyper: { trust, eps },
      range: { trust: nonNegative, eps: nonNegative },
      step: ({ g, theta, trust, eps }) => {
        const [a, b] = [norm('tensor', theta), norm('tensor', g)]
        return { delta: g.mul(ratioOf(a, b, trust.mul(a).div(b.add(eps)))) }
      },
    }),
)

/** Of two norms; 1 where one of them is 0. */
export const ratioOf = (a: Expr, b: Expr, ratio = a.div(b)): Expr => a.eq(0).select(1, b.eq(0).select(1, ratio))
