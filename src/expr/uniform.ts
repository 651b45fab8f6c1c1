import { apply, BINARY, type Expr, literal, UNARY, variable } from './expr.js'
import { building, fold, type Words } from './fold.js'
import { numbering } from './program.js'

/**
 * What is equal for all elements, lr or 1 − β₂ᵗ, is computed once, in float64, and not once per element.
 *
 * `hoist` takes the largest such terms out of the formulas, each once, under a new name. Literals stay where they are.
 */
export interface Hoisted<K extends string = string> {
  readonly outputs: Readonly<Record<K, Expr>>
  readonly scalars: Readonly<Record<string, Expr>>
}

export const hoist = <K extends string>(formulas: Readonly<Record<K, Expr>>): Hoisted<K> => {
  const scalars: Record<string, Expr> = {}
  const terms = numbering()
  const seen = new Map<Expr, Expr>()
  const rewrite = (expr: Expr): Expr => {
    const { node } = expr
    if (node.kind === 'number') return expr
    if (expr.varies !== 'element') {
      const name = `u${terms.of(expr)}'`
      scalars[name] = expr
      return variable(name, expr.varies)
    }
    if (node.kind === 'apply') return apply(node.op, ...node.args.map(visit))
    if (node.kind === 'reduce') return building.reduce(node.op, node.over, visit(node.arg))
    return expr
  }
  const visit = (expr: Expr): Expr => {
    const known = seen.get(expr)
    if (known) return known
    const rewritten = rewrite(expr)
    seen.set(expr, rewritten)
    return rewritten
  }
  const outputs = Object.fromEntries(Object.entries<Expr>(formulas).map(([name, expr]) => [name, visit(expr)]))
  return { outputs: outputs as Record<K, Expr>, scalars }
}

/** A term as `core · factor`, where the factor is equal for all elements. */
interface Product {
  readonly core: Expr
  readonly factor?: Expr
}

const whole = ({ core, factor }: Product): Expr => (factor ? core.mul(factor) : core)
const product = (core: Expr, factor: Expr | undefined): Product => (factor ? { core, factor } : { core })
const varying = ({ core }: Product): boolean => core.varies === 'element'

/**
 * Draws the factors that are equal for all elements to the front of each product and quotient, where `hoist` then finds
 * them in one piece: −(m / c · lr / d) becomes m / d · (−lr / c), three operations fewer an element. Rounding apart
 * (1 ulp), the value is the same unless the joint factor leaves float32.
 */
export const factor = (formula: Expr): Expr => {
  const ordinary = Object.fromEntries(
    [...UNARY, ...BINARY, 'select' as const].map((op) => [
      op,
      (...args: readonly Product[]): Product => ({ core: apply(op, ...args.map(whole)) }),
    ]),
  ) as unknown as Words<Product>
  const one = literal(1)
  return whole(
    fold<Product>({
      ...ordinary,
      number: (value) => ({ core: literal(value) }),
      variable: (name, varies) => ({ core: variable(name, varies) }),
      reduce: (op, over, arg) => ({ core: building.reduce(op, over, whole(arg)) }),
      scheduled: (name, valueAt, clock) => ({ core: building.scheduled(name, valueAt, whole(clock)) }),
      neg: (a) => (varying(a) ? product(a.core, (a.factor ?? one).neg()) : ordinary.neg(a)),
      mul: (a, b) => {
        if (!varying(a) && !varying(b)) return ordinary.mul(a, b)
        if (!varying(a)) return product(b.core, b.factor ? b.factor.mul(whole(a)) : whole(a))
        if (!varying(b)) return product(a.core, a.factor ? a.factor.mul(whole(b)) : whole(b))
        // Each keeps its factor: of a clipped gradient's square, g² may leave float32 where (g · f)² does not.
        return ordinary.mul(a, b)
      },
      div: (a, b) => {
        if (!varying(a)) return ordinary.div(a, b)
        if (!varying(b)) return product(a.core, (a.factor ?? one).div(whole(b)))
        return product(a.core.div(b.core), b.factor ? (a.factor ?? one).div(b.factor) : a.factor)
      },
    })(formula),
  )
}
