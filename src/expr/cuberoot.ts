import { type Code, f32, f32x4, get, i32, i32x4, set, v128 } from './instruction.js'

/**
 * The cube root of four float32, by Halley's method from a third of the exponent: y ← y (y³ + 2x) / (2y³ + x), twice: 2.3e-7
 * off at most, for normal numbers below 2¹²⁶; 0 of 0, ∞ of ∞, NaN of what is below 0, as x to the power of 1/3 is.
 */
export const cubeRoot = (x: Code, y: number, c: number): Code => {
  const third = f32x4.splat(f32.const(1 / 3))
  const guess = i32x4.add(i32x4.truncate(f32x4.mul(f32x4.convert(x), third)), i32x4.splat(i32.const(0x2a5137a0)))
  const cube = f32x4.mul(get(y), f32x4.mul(get(y), get(y)))
  const better = [
    set(c, cube),
    set(y, f32x4.mul(get(y), f32x4.div(f32x4.add(get(c), f32x4.add(x, x)), f32x4.add(x, f32x4.add(get(c), get(c)))))),
  ]
  const ordinary = v128.and(f32x4.gt(x, v128.zero), f32x4.lt(x, f32x4.splat(f32.const(Number.POSITIVE_INFINITY))))
  return [set(y, guess), better, better, v128.bitselect(get(y), f32x4.sqrt(x), ordinary)]
}
