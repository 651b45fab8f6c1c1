import { type Code, f32x4, f64x2, i32, i64x2, v128 } from '../instruction.js'
import { EXP2, LOG2 } from '../minimax.js'
import { polynomial } from './polynomial.js'
import type { Work } from './work.js'

/**
 * xʸ of four float32, as JavaScript's `**`, computed in float64, two at a time: y log₂ x, of up to eight bits before its point, would
 * need pairs of float32 in the other case, and about as many instructions.
 *
 *     |x| = 2ᵏ m, √½ ≤ m < √2        s = (m − 1) / (m + 1)        e = y log₂|x| = y (k + s p(s²))
 *     e = n + r, |r| ≤ ½             |x|ʸ = 2ⁿ (1 + r q(r))
 *
 * p and q are minimax polynomials (Remez) of degrees 4 and 5: p's relative error, 2^−37.8, times e ln 2 ≤ 104 is 2^−31.1 of the
 * result, q's 2^−28.5. On 10⁸ random pairs: 0.55 ulp at most, in what is subnormal, too.
 */
/** Added to a number below 2⁵¹, it leaves the nearest integer in the lowest bits. */
const ROUND = 1.5 * 2 ** 52
/** The float64 whose bits are 52 ones. */
const MANTISSA = 2 ** -1022 - 2 ** -1074

/** Of two finite numbers x > 0, and two y. */
const ordinaryPow = (work: Work, x: Code, y: Code): Code => {
  const { keep, f64 } = work
  const { add, sub, mul, div, pmin, pmax } = f64x2
  const [one, root] = [f64(1), f64(Math.SQRT1_2)]
  const shifted = keep(i64x2.add(i64x2.sub(x, root), one))
  // An integer in the lowest bits of 2⁵² is a float64 that is so much larger.
  const k = sub(v128.or(i64x2.shrU(shifted, i32.const(52)), f64(2 ** 52)), f64(2 ** 52 + 1023))
  const m = keep(i64x2.add(v128.and(shifted, f64(MANTISSA)), root))
  const s = keep(div(sub(m, one), add(m, one)))
  const log2 = add(k, mul(s, polynomial(work, keep(mul(s, s)), LOG2.map(f64), f64x2)))
  // Beyond, float32 has ∞ and 0.
  const e = keep(pmax(pmin(mul(y, log2), f64(129)), f64(-151)))
  const rounded = keep(add(e, f64(ROUND)))
  const r = keep(sub(e, sub(rounded, f64(ROUND))))
  return i64x2.add(add(one, mul(r, polynomial(work, r, EXP2.map(f64), f64x2))), i64x2.shl(rounded, i32.const(52)))
}

/** Bytes: the upper half of a vector, twice; the lower halves of two. */
const UPPER = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15]
const LOWER = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23]

export const pow = (work: Work, x: Code, y: Code): Code => {
  const { keep, f32 } = work
  const { lt, gt } = f32x4
  const [size, infinite] = [keep(v128.andnot(x, f32(-0))), f32(Number.POSITIVE_INFINITY)]
  const [low, high] = [(v: Code) => v, (v: Code) => v128.shuffle(UPPER, v, v)].map((half) =>
    f32x4.demote(ordinaryPow(work, keep(f64x2.promoteLow(half(size))), f64x2.promoteLow(half(y)))),
  ) as [Code, Code]
  const usual = v128.and(gt(x, f32(0)), v128.and(lt(x, infinite), lt(v128.andnot(y, f32(-0)), infinite)))
  const power = keep(v128.shuffle(LOWER, low, high))
  return work.unless(usual, power, unusual(work, x, y, size, power))
}

/**
 * Where x is not above 0 or one of both not finite, of what |x|ʸ is, if these are: 1 if y is 0; NaN if one is, if |x| is 1 and y
 * infinite, if x is below 0, finite, and y no integer; otherwise negative if x is and y is odd, 0 or ∞ if |x| is or y is infinite.
 */
const unusual = ({ f32 }: Work, x: Code, y: Code, size: Code, power: Code): Code => {
  const { lt, gt, eq, ne, mul, floor } = f32x4
  const { and, or } = v128
  const [zero, one, sign, infinite] = [f32(0), f32(1), f32(-0), f32(Number.POSITIVE_INFINITY)]
  const unending = eq(v128.andnot(y, sign), infinite)
  const broken = ne(floor(y), y)
  const half = mul(y, f32(0.5))
  const odd = v128.andnot(ne(floor(half), half), broken)
  const grows = or(and(gt(size, one), gt(y, zero)), and(lt(size, one), lt(y, zero)))
  const atEnd = or(or(eq(size, zero), eq(size, infinite)), unending)
  const limit = v128.bitselect(and(infinite, grows), power, atEnd)
  const nowhere = or(and(eq(size, one), unending), and(and(lt(x, zero), lt(size, infinite)), broken))
  const none = or(or(ne(x, x), ne(y, y)), nowhere)
  return v128.bitselect(one, or(v128.xor(limit, and(and(x, odd), sign)), none), eq(y, zero))
}
