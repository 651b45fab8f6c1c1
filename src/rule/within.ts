import { type Expr, select } from '../expr/expr.js'
import { building, fold } from '../expr/fold.js'

/**
 * A formula whose sums and maxima are over what a condition holds for, and over nothing elsewhere: where it is decided before the
 * loop that it does not hold, there is no loop.
 */
export const within = (condition: Expr): ((formula: Expr) => Expr) =>
  fold({
    ...building,
    reduce: (op, over, arg) => building.reduce(op, over, select(condition, arg, op === 'sum' ? 0 : -Infinity)),
  })
