import { type Code, f32x4, i32, i32x4, v128 } from '../instruction.js'
import { LN2, LOG } from '../minimax.js'
import { polynomial } from './polynomial.js'
import type { Work } from './work.js'

/**
 * ln x of four float32.
 *
 *     x = 2ᵏ (1 + f), √½ ≤ 1 + f < √2        ln x = k ln 2 + ln(1 + f)
 *     s = f / (2 + f),  z = s²               ln(1 + f) = 2 artanh s = f − (f²/2 − s (f²/2 + z p(z)))
 *
 * p is the minimax polynomial (Remez) of degree 2 for the relative error of ln(1 + f): 2^−30.2. The second form of the logarithm,
 * as old as 4.3BSD, is f, exactly, less what is at most a fifth of it: so rounding below the last differences is worth little.
 * What is subnormal is multiplied by 2²⁵ first.
 *
 * Over all 2³² arguments: 0.84 ulp at most; −∞ of 0 and −0, NaN below.
 */
const { add, sub, mul, div, lt, gt, convertS } = f32x4

export const log = (work: Work, x: Code): Code => {
  const { keep, f32 } = work
  const small = keep(lt(x, f32(2 ** -126)))
  const normal = keep(v128.bitselect(mul(x, f32(2 ** 25)), x, small))
  const exponent = keep(i32x4.shrS(i32x4.sub(normal, f32(Math.SQRT1_2)), i32.const(23)))
  const k = keep(sub(convertS(exponent), v128.and(small, f32(25))))
  const f = keep(sub(i32x4.sub(normal, i32x4.shl(exponent, i32.const(23))), f32(1)))
  const s = keep(div(f, add(f, f32(2))))
  const z = keep(mul(s, s))
  const h = keep(mul(mul(f, f), f32(0.5)))
  const less = sub(h, add(mul(s, add(h, mul(z, polynomial(work, z, LOG.map(f32))))), mul(k, f32(LN2[1]))))
  const result = sub(mul(k, f32(LN2[0])), sub(less, f))
  const infinite = f32(Number.POSITIVE_INFINITY)
  const ordinary = v128.and(gt(x, f32(0)), lt(x, infinite))
  return v128.or(v128.bitselect(result, mul(sub(x, f32(1)), infinite), ordinary), lt(x, f32(0)))
}
