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

const isNumber = ({ node }: Expr, value?: number): boolean =>
  node.kind === 'number' && (value === undefined || node.value === value)

const plus = (a: Expr | undefined, b: Expr | undefined): Expr | undefined => (a && b ? a.add(b) : (a ?? b))
const times = (a: Expr | undefined, factor: Expr): Expr | undefined => {
  // The slope of x · 0 is 0 where x's is infinite, too.
  if (!a || isNumber(factor, 0)) return undefined
  if (isNumber(factor, 1)) return a
  return isNumber(a, 1) ? factor : a.mul(factor)
}

/** xᶜ, with an instruction in the place of the function where there is one. */
const toThe = (x: Expr, c: number): Expr => {
  if (c === 0) return literal(1)
  if (c === 1) return x
  if (c === 2) return x.square()
  if (c === 0.5) return x.sqrt()
  return c === -1 ? literal(1).div(x) : x.pow(c)
}

/** (aᵇ)′ = b aᵇ⁻¹ a′ + aᵇ log(a) b′, where 0 · ∞ is 0: b = 0 in the one, a = 0 in the other. */
const power = (y: Expr, a: Dual, b: Dual): Expr | undefined => {
  const { node } = b.value
  if (node.kind === 'number')
    return node.value === 0 ? undefined : times(times(a.slope, toThe(a.value, node.value - 1)), b.value)
  const byBase = a.slope && select(b.value.eq(0), 0, b.value.mul(a.value.pow(b.value.sub(1))))
  const byExponent = isNumber(a.value) ? a.value.log() : select(a.value.eq(0), 1, a.value).log()
  return plus(byBase && times(a.slope, byBase), times(b.slope, y.mul(byExponent)))
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
  pow: power,
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
