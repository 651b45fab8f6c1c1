import type { Local } from '../assembler.js'
import { type Code, f32, f32x4, f64, f64x2, get, i32, i32x4, set, v128, when } from '../instruction.js'

/**
 * What the code of a function needs from the loop that it stands in: locals for what is used twice, and constants that are made
 * once, before the loop. Chromium 156 makes a constant that stands in the loop anew in every turn, 5 to 45% of a function's time;
 * Node 20 does not mind either way.
 */
export interface Work {
  /** Computes a value here, once, for as many uses as there are. */
  keep(value: Code): Code
  /** `value`, but `other` where the mask is not all ones: it is computed only if there is such a lane. `other` may use `value`. */
  unless(mask: Code, value: Code, other: Code): Code
  /** Vectors of one number. */
  f32(x: number): Code
  f64(x: number): Code
  i32(x: number): Code
}

export interface Constants {
  /** Comes before the loop. */
  readonly code: readonly Code[]
  /** The vector, from its local. */
  of(vector: Code): Code
}

export const constants = (local: Local): Constants => {
  const known = new Map<string, Code>()
  const code: Code[] = []
  const of = (vector: Code): Code => {
    const key = String(vector)
    const have = known.get(key)
    if (have) return have
    const at = local('v128')
    code.push(set(at, vector))
    known.set(key, get(at))
    return get(at)
  }
  return { code, of }
}

/** `code` comes before what is made with the rest. */
export const work = (local: Local, { of }: Constants): Work & { readonly code: readonly Code[] } => {
  const code: Code[] = []
  const kept = (value: Code): number => {
    const at = local('v128')
    code.push(set(at, value))
    return at
  }
  return {
    code,
    keep: (value) => get(kept(value)),
    unless: (mask, value, other) => {
      const at = kept(value)
      code.push(when(v128.anyTrue(v128.not(mask)), set(at, v128.bitselect(get(at), other, mask))))
      return get(at)
    },
    f32: (x) => of(f32x4.splat(f32.const(x))),
    f64: (x) => of(f64x2.splat(f64.const(x))),
    i32: (x) => of(i32x4.splat(i32.const(x))),
  }
}
