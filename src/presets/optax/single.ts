import type { Expr } from '../../expr/expr.js'

/** x rounded to float32: in float64 to the nearest number of 24 bits, by Veltkamp's split; in float32 the split is 0. */
export const single = (x: Expr): Expr => {
  const wide = x.mul(2 ** 29 + 1)
  const nearest = wide.sub(wide.sub(x))
  return nearest.eq(0).select(x, nearest)
}

/** Whether x was stored in float32, whatever it is computed with; of some few in float64 too. */
export const isSingle = (x: Expr): Expr => single(x).eq(x)
