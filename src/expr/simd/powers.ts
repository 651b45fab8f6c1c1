import { type Code, f64 } from '../instruction.js'
import type { Lanes } from '../lanes.js'

/** x to the power of a literal, where an instruction or two have it: within 2 ulp, and as `**` of 0, −0, infinities and NaN. */
type Power = (x: Code, lanes: Lanes) => Code

const square: Power = (x, { ops }) => ops.mul(x, x)
const inverse: Power = (x, lanes) => lanes.ops.div(lanes.fill(f64.const(1)), x)
/** √ would be −0 of −0 and NaN of −∞. */
const root: Power = (x, { ops, fill, test, pick }) => {
  const infinite = (sign: number): Code => fill(f64.const(sign * Number.POSITIVE_INFINITY))
  return pick(test.eq(x, infinite(-1)), infinite(1), ops.sqrt(ops.add(x, fill(f64.const(0)))))
}

export const POWERS: ReadonlyMap<number, Power> = new Map<number, Power>([
  [1, (x) => x],
  [2, square],
  [3, (x, lanes) => lanes.ops.mul(square(x, lanes), x)],
  [4, (x, lanes) => square(square(x, lanes), lanes)],
  [-1, inverse],
  // The square first would be 0 or ∞ where its inverse is not yet.
  [-2, (x, lanes) => square(inverse(x, lanes), lanes)],
  [0.5, root],
  [-0.5, (x, lanes) => inverse(root(x, lanes), lanes)],
])
