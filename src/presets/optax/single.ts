import type { Expr } from '../../expr/expr.js'

/** x rounded to float32: in float64 to the nearest number of 24 bits, by Veltkamp's split; in float32 the split is 0. */
export const single = (x: Expr): Expr => {
  const wide = x.mul(2 ** 29 + 1)
  const nearest = wide.sub(wide.sub(x))
  return nearest.eq(0).select(x, nearest)
}

/** Whether x was stored in float32, whatever it is computed with; of some few in float64 too. */
const isSingle = (x: Expr): Expr => single(x).eq(x)

/**
 * θ − x0. In float32 that has few digits while it is small; there it is `gone`, the sum of the steps, for as long as the two
 * differ by rounding only.
 */
export const displacement = ({ theta, x0, gone }: Readonly<Record<'theta' | 'x0' | 'gone', Expr>>): Expr => {
  const seen = theta.sub(x0)
  const rounded = isSingle(theta).mul(
    gone
      .sub(seen)
      .abs()
      .le(x0.abs().mul(2 ** -20)),
  )
  return rounded.select(gone, seen)
}
