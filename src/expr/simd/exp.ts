import { type Code, f32x4, i32, i32x4, v128 } from '../instruction.js'
import { EXP, EXP_RANGE, LN2 } from '../minimax.js'
import { polynomial } from './polynomial.js'
import type { Work } from './work.js'

/**
 * eˣ of four float32.
 *
 *     x = n ln 2 + r, |r| ≤ ½ ln 2        eˣ = 2ⁿ (1 + (r + r² q(r)))
 *
 * r comes in two parts, of which the first, x less n times ten bits of ln 2, is exact; the second is added to r² q first, so that
 * rounding r counts for a third. q is the minimax polynomial (Remez) of degree 4 for the relative error of eˣ: 2^−28.3. The other
 * roundings are those of the last sum, half an ulp, and of the one in it, a quarter of an ulp at most. 2ⁿ is added to the exponent's
 * bits.
 *
 * Over all 2³² arguments: 0.94 ulp at most. A result below 2⁻¹²⁶ is 0, as slots are: the processor takes far longer for what is
 * subnormal.
 */
const { add, sub, mul, lt, le } = f32x4

/** Added to a number below 2²², it leaves the nearest integer in the lowest bits. */
const ROUND = 1.5 * 2 ** 23
const [LEAST, MOST] = EXP_RANGE

/** From LEAST to MOST. */
export const ordinaryExp = (work: Work, x: Code): Code => {
  const { keep, f32 } = work
  const rounded = keep(add(mul(x, f32(Math.LOG2E)), f32(ROUND)))
  const n = keep(sub(rounded, f32(ROUND)))
  const [high, low] = [keep(sub(x, mul(n, f32(LN2[0])))), keep(mul(n, f32(LN2[1])))]
  const r = keep(sub(high, low))
  const power = add(f32(1), sub(high, sub(low, mul(mul(r, r), polynomial(work, r, EXP.map(f32))))))
  return i32x4.add(power, i32x4.shl(rounded, i32.const(23)))
}

export const exp = (work: Work, x: Code): Code => {
  const { f32 } = work
  const power = v128.andnot(ordinaryExp(work, x), lt(x, f32(LEAST)))
  return v128.bitselect(power, add(x, f32(Number.POSITIVE_INFINITY)), le(x, f32(MOST)))
}
