import { type Expr, type Operand, select } from '../expr/expr.js'

/**
 * Words for formulas about the logistic function that neither overflow nor cancel: everything is made of e^(−|x|) ≤ 1.
 *
 * At 0 all of them take the side x ≤ 0, in their values and so in their slopes, and what is put together from the two sides is
 * smooth there, to any order.
 */
const decay = (x: Expr): Expr => x.min(x.neg()).exp()

const bySide = (x: Expr, below: Operand, above: Operand): Expr => select(x.le(0), below, above)

/** max(x, 0) */
export const positive = (x: Expr): Expr => bySide(x, 0, x)

/** σ(x) = 1 / (1 + e⁻ˣ) */
export const sigmoid = (x: Expr): Expr => {
  const e = decay(x)
  return bySide(x, e, 1).div(e.add(1))
}

/** log(1 + e^(−|x|)): by five terms of its series where 1 + e would lose what e is; within 2e-6 of itself in float32. */
export const logDecay = (x: Expr): Expr => {
  const e = decay(x)
  const term = (k: number, rest: Operand): Expr =>
    e
      .mul(rest)
      .neg()
      .add(1 / k)
  const series = e.mul(term(1, term(2, term(3, term(4, 1 / 5)))))
  return select(e.lt(0.03), series, e.add(1).log())
}

/** log(1 + eˣ) */
export const logOnePlusExp = (x: Expr): Expr => positive(x).add(logDecay(x))
