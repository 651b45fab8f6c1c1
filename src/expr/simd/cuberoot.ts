import { type Code, f32x4, i32x4, v128 } from '../instruction.js'
import type { Work } from './work.js'

/**
 * The cube root of four float32, by Halley's method from a third of the exponent: y ← y (y³ + 2x) / (2y³ + x), twice: 2.3e-7
 * off at most, for normal numbers below 2¹²⁶; 0 of 0, ∞ of ∞, NaN of what is below 0, as x to the power of 1/3 is.
 */
export const cubeRoot = ({ keep, f32, i32 }: Work, x: Code): Code => {
  const { add, mul, div } = f32x4
  const third = mul(f32x4.convert(x), f32(1 / 3))
  const better = (y: Code): Code => {
    const cube = keep(mul(y, mul(y, y)))
    return keep(mul(y, div(add(cube, add(x, x)), add(x, add(cube, cube)))))
  }
  const root = better(better(keep(i32x4.add(i32x4.truncate(third), i32(0x2a5137a0)))))
  const ordinary = v128.and(f32x4.gt(x, f32(0)), f32x4.lt(x, f32(Number.POSITIVE_INFINITY)))
  return v128.bitselect(root, f32x4.sqrt(x), ordinary)
}
