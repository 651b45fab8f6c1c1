import { erf } from './erf.js'
import type { Expr } from './expr.js'
import { fold, type Words } from './fold.js'

/**
 * The meaning of a formula: float64 arithmetic. Every other reading is held to this one.
 *
 * `number` compiles a formula without reductions to a closure over an environment of its variables.
 */
export type Environment = Readonly<Record<string, number>>
export type Evaluate = (environment: Environment) => number

type Arithmetic = Words<number>

export const arithmetic: Arithmetic = {
  neg: (a) => -a,
  abs: Math.abs,
  sign: Math.sign,
  sqrt: Math.sqrt,
  exp: Math.exp,
  log: Math.log,
  tanh: Math.tanh,
  erf,
  isFinite: (a) => (Number.isFinite(a) ? 1 : 0),
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  min: Math.min,
  max: Math.max,
  pow: (a, b) => a ** b,
  gt: (a, b) => (a > b ? 1 : 0),
  ge: (a, b) => (a >= b ? 1 : 0),
  lt: (a, b) => (a < b ? 1 : 0),
  le: (a, b) => (a <= b ? 1 : 0),
  eq: (a, b) => (a === b ? 1 : 0),
  select: (condition, a, b) => (condition !== 0 ? a : b),
}

const closures = Object.fromEntries(
  Object.entries(arithmetic).map(([op, f]) => [
    op,
    (...args: Evaluate[]): Evaluate => {
      const apply = f as (...values: number[]) => number
      const [a, b, c] = args as [Evaluate, Evaluate, Evaluate]
      if (args.length === 1) return (env) => apply(a(env))
      if (args.length === 2) return (env) => apply(a(env), b(env))
      return (env) => apply(a(env), b(env), c(env))
    },
  ]),
) as unknown as Words<Evaluate>

export const number: (expr: Expr) => Evaluate = (expr) =>
  fold<Evaluate>({
    ...closures,
    number: (value) => () => value,
    select: (condition, a, b) => (env) => (condition(env) !== 0 ? a(env) : b(env)),
    variable: (name) => (env) => {
      const value = env[name]
      if (value === undefined) throw new ReferenceError(`number: the environment has no "${name}"`)
      return value
    },
    scheduled: (_, valueAt, clock) => (env) => valueAt(clock(env)),
    reduce: () => {
      throw new TypeError('number: a reduction has no value at one element; stages makes it a pass of its own')
    },
  })(expr)
