import { type Code, f32, f32x4, get, i32, i32x4, set, v128 } from './instruction.js'

/**
 * The cube root of four float32, by Newton's method from a third of the exponent: y ← (2 y + x / y²) / 3, to an ulp or two for
 * normal numbers; 0 of 0, ∞ of ∞, NaN of what is below 0, as x to the power of 1/3 is.
 */
export const cubeRoot = (x: Code, y: number): Code => {
  const third = f32x4.splat(f32.const(1 / 3))
  const guess = i32x4.add(i32x4.truncate(f32x4.mul(f32x4.convert(x), third)), i32x4.splat(i32.const(0x2a5137a0)))
  const square = f32x4.mul(get(y), get(y))
  const better = set(y, f32x4.mul(f32x4.add(f32x4.add(get(y), get(y)), f32x4.div(x, square)), third))
  const ordinary = v128.and(f32x4.gt(x, v128.zero), f32x4.lt(x, f32x4.splat(f32.const(Number.POSITIVE_INFINITY))))
  return [set(y, guess), better, better, better, v128.bitselect(get(y), f32x4.sqrt(x), ordinary)]
}
