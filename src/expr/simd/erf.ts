import { type Code, f32x4, v128 } from '../instruction.js'
import { ERF, LN_ERFC } from '../minimax.js'
import { ordinaryExp } from './exp.js'
import { polynomial } from './polynomial.js'
import type { Work } from './work.js'

/**
 * erf x of four float32: of |x|, with the sign of x.
 *
 *     x < 0.85:  x + x p(x²)        otherwise:  1 − e^q(x),  q ≈ ln erfc
 *
 * p and q are minimax polynomials (Remez) of degrees 5 and 6 for the relative error of erf: 2^−27.3 and, up to 4, 2^−28.9. From
 * 0.85 on the result is above ¾ and e^q below ¼, so that what q and the power round wrongly counts less than half.
 *
 * Over all 2³² arguments: 1.63 ulp at most; odd; ±1 from 3.84 on.
 */
const { add, sub, mul, pmin, ge } = f32x4

export const erf = (work: Work, x: Code): Code => {
  const { keep, f32 } = work
  const sign = f32(-0)
  const size = keep(v128.andnot(x, sign))
  const small = add(size, mul(size, polynomial(work, keep(mul(x, x)), ERF.map(f32))))
  const power = ordinaryExp(work, keep(polynomial(work, keep(pmin(size, f32(4))), LN_ERFC.map(f32))))
  const either = v128.bitselect(sub(f32(1), power), small, ge(size, f32(0.85)))
  return v128.or(either, v128.and(x, sign))
}
