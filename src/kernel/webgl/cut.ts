import { apply, type Expr, variable } from '../../expr/expr.js'
import { numbering, variables } from '../../expr/program.js'
import type { Formulas } from '../loops.js'
import { MOST_INPUTS } from './draw.js'

/**
 * A formula that reads more textures than a shader can is cut: the terms of it that read most are drawn first, under names of
 * their own, into textures that the rest then reads.
 */
export interface Cut {
  /** One after the other; each may read those before it. */
  readonly before: readonly Formulas[]
  readonly formulas: Formulas
}

export const inputsOf = (formula: Expr): number => variables({ formula }, ['element']).length

export const cut = (formulas: Formulas): Cut => {
  const before: Formulas[] = []
  const terms = numbering()
  const drawn = new Map<number, Expr>()
  const first = (term: Expr): Expr => {
    const known = drawn.get(terms.of(term))
    if (known) return known
    const name = `c${before.length}'`
    const result = variable(name, 'element')
    drawn.set(terms.of(term), result)
    before.push({ [name]: term })
    return result
  }
  const seen = new Map<Expr, Expr>()
  const small = (expr: Expr): Expr => {
    const { node } = expr
    if (node.kind !== 'apply' || inputsOf(expr) <= MOST_INPUTS) return expr
    const args = node.args.map(visit)
    while (inputsOf(apply(node.op, ...args)) > MOST_INPUTS) {
      const most = args.reduce((k, arg, i) => (inputsOf(arg) > inputsOf(args[k] as Expr) ? i : k), 0)
      args[most] = first(args[most] as Expr)
    }
    return apply(node.op, ...args)
  }
  const visit = (expr: Expr): Expr => {
    const known = seen.get(expr) ?? small(expr)
    seen.set(expr, known)
    return known
  }
  return { formulas: Object.fromEntries(Object.entries(formulas).map(([name, f]) => [name, visit(f)])), before }
}
