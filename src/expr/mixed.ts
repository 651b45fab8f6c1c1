import { apply, type Expr, type Op, variable } from './expr.js'
import { numbering } from './program.js'
import type { Reduce } from './stages.js'

/**
 * A reduction adds in float64, so that a sum of squares neither overflows nor loses its small terms. What stands in it below a
 * division, a root, a function or a comparison is float32 all the same: the map pass computes it so, and decides alike; in float64
 * it would take up to four times as long.
 *
 *     Σ (m / √v + λ θ)² = Σ (a + λ θ)²,  a = m / √v in float32
 */
export interface Mixed {
  /** In float32, by the names that stand for them in the reductions. */
  readonly inner: Readonly<Record<string, Expr>>
  readonly reductions: readonly Reduce[]
}

const FUNCTIONS: readonly Op[] = ['div', 'sqrt', 'exp', 'log', 'tanh', 'erf', 'pow']
const DECISIONS: readonly Op[] = ['sign', 'isFinite', 'gt', 'ge', 'lt', 'le', 'eq']

export const mixed = (reductions: readonly Reduce[]): Mixed => {
  const inner: Record<string, Expr> = {}
  const terms = numbering()
  const outer = (expr: Expr): Expr => {
    const { node } = expr
    if (node.kind !== 'apply' || expr.varies !== 'element') return expr
    if (!FUNCTIONS.includes(node.op) && !DECISIONS.includes(node.op)) return apply(node.op, ...node.args.map(outer))
    const name = `f${terms.of(expr)}'`
    inner[name] = expr
    return variable(name, 'element')
  }
  return { inner, reductions: reductions.map((r) => ({ ...r, arg: outer(r.arg) })) }
}
