import { type Expr, literal, type Over, sumOver } from '../expr/expr.js'

/** The words that optimizers share. */

/** Exponential moving average: b·m + (1 − b)·x. */
export const ema = (b: Expr, m: Expr, x: Expr): Expr => m.mul(b).add(x.mul(complement(b)))

/** An average that started at 0, freed of the 0's weight after t updates: m / (1 − bᵗ). */
export const debias = (b: Expr, m: Expr, t: Expr): Expr => m.div(complement(b.pow(t)))

/** 1 − x. */
export const complement = (x: Expr): Expr => literal(1).sub(x)

/** The Euclidean norm of a tensor, or of the whole tree: √Σx². */
export const norm = (over: Over, x: Expr): Expr => sumOver(over, x.square()).sqrt()

/** The root of the mean square of a tensor. */
export const rms = (x: Expr): Expr => sumOver('tensor', x.square()).div(sumOver('tensor', 1)).sqrt()
