import { BINARY, type Expr, literal, select, UNARY, type ValueAt } from './expr.js'
import { type Algebra, building, fold } from './fold.js'

/**
 * Symbolic differentiation: the formula of ∂f/∂x, by the chain rule in forward order.
 *
 * At a kink one side is taken: |x|′ = sign x (0 at 0), max(a, b)′ = a′ where a ≥ b, otherwise b′. A comparison, sign and
 * isFinite have derivative 0.
 */
interface Dual {
  readonly value: Expr
  /** Nothing where the term does not depend on x: sums and products with 0 are then not written at all. */
  readonly slope: Expr | undefined
}

const plus = (a: Expr | undefined, b: Expr | undefined): Expr | undefined => (a && b ? a.add(b) : (a ?? b))
const times = (a: Expr | undefined, factor: Expr): Expr | undefined => {
  if (!a) return undefined
  return a.node.kind === 'number' && a.node.value === 1 ? factor : a.mul(factor)
}

const TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI)

const branch = (condition: Expr, a: Dual, b: Dual): Expr | undefined =>
  a.slope || b.slope ? select(condition, a.slope ?? 0, b.slope ?? 0) : undefined

/** The derivative of each word, given its value and its arguments; words that are not here are flat. */
const chainRule: Readonly<Record<string, (y: Expr, a: Dual, b: Dual, c: Dual) => Expr | undefined>> = {
  neg: (_, a) => a.slope?.neg(),
  abs: (_, a) => times(a.slope, a.value.sign()),
  sqrt: (y, a) => a.slope?.div(y.mul(2)),
  exp: (y, a) => times(a.slope, y),
  log: (_, a) => a.slope?.div(a.value),
  tanh: (y, a) => times(a.slope, literal(1).sub(y.square())),
  erf: (_, a) => times(a.slope, a.value.square().neg().exp().mul(TWO_OVER_ROOT_PI)),
  add: (_, a, b) => plus(a.slope, b.slope),
  sub: (_, a, b) => plus(a.slope, b.slope?.neg()),
  mul: (_, a, b) => plus(times(a.slope, b.value), times(b.slope, a.value)),
  div: (y, a, b) => plus(a.slope?.div(b.value), times(b.slope, y)?.div(b.value).neg()),
  pow: (y, a, b) =>
    plus(times(a.slope, b.value.mul(a.value.pow(b.value.sub(1)))), times(b.slope, y.mul(a.value.log()))),
  max: (_, a, b) => branch(a.value.ge(b.value), a, b),
  min: (_, a, b) => branch(a.value.le(b.value), a, b),
  select: (_, condition, a, b) => branch(condition.value, a, b),
}

/** ∂ formula / ∂ `name`. A reduction over elements may not depend on `name`: that is not a derivative at one element. */
export const derivative = (formula: Expr, name: string): Expr => {
  const words = [...UNARY, ...BINARY, 'select'] as const
  const algebra = {
    number: (value: number) => ({ value: literal(value), slope: undefined }),
    variable: (x: string, varies: Expr['varies']) => ({
      value: building.variable(x, varies),
      slope: x === name ? literal(1) : undefined,
    }),
    scheduled: (name: string, valueAt: ValueAt, clock: Dual): Dual => ({
      value: building.scheduled(name, valueAt, clock.value),
      slope: undefined,
    }),
    reduce: (op: 'sum' | 'max', over: 'tensor' | 'tree', arg: Dual) => {
      if (arg.slope) throw new TypeError(`derivative: ${op}Over depends on "${name}", expected it not to`)
      return { value: building.reduce(op, over, arg.value), slope: undefined }
    },
    ...Object.fromEntries(
      words.map((op) => [
        op,
        (...args: Dual[]): Dual => {
          const value = (building[op] as (...a: Expr[]) => Expr)(...args.map((a) => a.value))
          return {
            value,
            slope: args.some((a) => a.slope) ? chainRule[op]?.(value, ...(args as [Dual, Dual, Dual])) : undefined,
          }
        },
      ]),
    ),
  } as unknown as Algebra<Dual>
  return fold(algebra)(formula).slope ?? literal(0)
}
