import { type Code, f32x4 } from '../instruction.js'
import type { Work } from './work.js'

type Ring = Pick<typeof f32x4, 'add' | 'mul'>

/**
 * c₀ + c₁x + c₂x² + … by Estrin's scheme, in pairs, and in pairs of these:
 *
 *     (c₀ + c₁x) + (c₂ + c₃x) x² + … = C₀ + C₁x² + …
 *
 * Pairs do not wait for each other, as Horner's products do: erf takes a fifth less time, pow a tenth.
 */
export const polynomial = (work: Work, x: Code, coefficients: readonly Code[], ring: Ring = f32x4): Code => {
  const [c = [], ...rest] = coefficients
  if (rest.length === 0) return c
  const pairs = coefficients.flatMap((a, i) => {
    const b = coefficients[i + 1]
    return i % 2 === 1 ? [] : [b ? ring.add(a, ring.mul(b, x)) : a]
  })
  return polynomial(work, rest.length === 1 ? x : work.keep(ring.mul(x, x)), pairs, ring)
}
