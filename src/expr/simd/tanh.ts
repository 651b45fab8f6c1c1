import { type Code, f32x4, v128 } from '../instruction.js'
import { TANH } from '../minimax.js'
import { ordinaryExp } from './exp.js'
import { polynomial } from './polynomial.js'
import type { Work } from './work.js'

/**
 * tanh x of four float32: of |x|, with the sign of x.
 *
 *     x < 0.55:  x + x z p(z),  z = x²        otherwise:  1 − 2 / (e^(2x) + 1)
 *
 * p is the minimax polynomial (Remez) of degree 4 for the relative error of tanh: 2^−29.8. From 0.55 on the result is above ½, and
 * a quotient that is at most ½ is taken from 1: its own roundings and that of the power count less than half.
 *
 * Over all 2³² arguments: 1.42 ulp at most; odd; x itself where x² is nothing beside 1; ±1 from 9.01 on.
 */
const { add, sub, mul, div, pmin, ge } = f32x4

export const tanh = (work: Work, x: Code): Code => {
  const { keep, f32 } = work
  const [one, sign] = [f32(1), f32(-0)]
  const size = keep(v128.andnot(x, sign))
  const z = keep(mul(x, x))
  const small = add(size, mul(size, mul(z, polynomial(work, z, TANH.map(f32)))))
  const most = keep(pmin(size, f32(10)))
  const large = sub(one, div(f32(2), add(ordinaryExp(work, keep(add(most, most))), one)))
  return v128.or(v128.bitselect(large, small, ge(size, f32(0.55))), v128.and(x, sign))
}
