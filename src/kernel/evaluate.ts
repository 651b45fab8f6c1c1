import {
  abs,
  add,
  cast,
  div,
  equal,
  erf,
  exp,
  greater,
  greaterEqual,
  isFinite as isFiniteTensor,
  less,
  lessEqual,
  log,
  maximum,
  minimum,
  mul,
  neg,
  notEqual,
  pow,
  scalar,
  sign,
  sqrt,
  sub,
  type Tensor,
  tanh,
  where,
} from '@tensorflow/tfjs-core'
import { BINARY, type Expr, type Op, UNARY } from '../expr/expr.js'
import { fold, type Words } from '../expr/fold.js'
import { arithmetic } from '../expr/number.js'

/**
 * The value of a formula as tensor operations. What does not depend on a tensor stays a JavaScript number, in float64.
 */
export type Value = Tensor | number

export const asTensor = (x: Value): Tensor => (typeof x === 'number' ? scalar(x) : x)
const asNumber = (condition: Tensor): Tensor => cast(condition, 'float32')
const compared = (f: (a: Tensor, b: Tensor) => Tensor) => (a: Tensor, b: Tensor) => asNumber(f(a, b))

const ops: Readonly<Record<Op, (...args: never[]) => Tensor>> = {
  neg,
  abs,
  sign,
  sqrt,
  exp,
  log,
  tanh,
  erf,
  isFinite: (a: Tensor) => asNumber(isFiniteTensor(a)),
  add,
  sub,
  mul,
  div,
  min: minimum,
  max: maximum,
  pow,
  gt: compared(greater),
  ge: compared(greaterEqual),
  lt: compared(less),
  le: compared(lessEqual),
  eq: compared(equal),
  select: (condition: Tensor, a: Tensor, b: Tensor) => where(notEqual(condition, scalar(0)), a, b),
}

const words = Object.fromEntries(
  [...UNARY, ...BINARY, 'select' as const].map((op) => [
    op,
    (...args: Value[]): Value => {
      if (args.every((a) => typeof a === 'number')) return (arithmetic[op] as (...a: number[]) => number)(...args)
      return (ops[op] as (...a: Tensor[]) => Tensor)(...args.map(asTensor))
    },
  ]),
) as unknown as Words<Value>

export type Env = Record<string, Value>

/** A value when it is needed, and the same one every time: of two branches whose choice is a number, one is never made. */
type Later = () => Value
const later = (make: Later): Later => {
  let made: Value | undefined
  return () => {
    made ??= make()
    return made
  }
}

const lazily = Object.fromEntries(
  Object.entries(words).map(([op, f]) => [
    op,
    (...args: Later[]) => later(() => (f as (...values: Value[]) => Value)(...args.map((arg) => arg()))),
  ]),
) as unknown as Words<Later>

export const evaluate = (env: Env): ((formula: Expr) => Value) => {
  const read = fold<Later>({
    ...lazily,
    number: (value) => () => value,
    variable: (name) => () => env[name] as Value,
    select: (condition, a, b) =>
      later(() => {
        const holds = condition()
        if (typeof holds === 'number') return holds !== 0 ? a() : b()
        return words.select(holds, a(), b())
      }),
    scheduled: (_, valueAt, clock) => () => {
      const t = clock()
      return valueAt(typeof t === 'number' ? t : (t.dataSync()[0] as number))
    },
    reduce: () => {
      throw new TypeError('tensor: a reduction is in a pass; run stages first')
    },
  })
  return (formula) => read(formula)()
}
