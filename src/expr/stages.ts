import { type Expr, type Over, type Reduction, variable } from './expr.js'
import { building, fold } from './fold.js'
import { numbering, variables } from './program.js'

/**
 * Passes over memory. A reduction needs every element before anything that uses it can be computed, so each is a
 * pass of its own, and what is left is one map pass. Reductions that do not wait for each other share a pass.
 *
 *     stages(g · min(1, c / √Σg²)) = [[r0 = Σg²]], g · min(1, c / √r0)
 */
export interface Reduce {
  readonly name: string
  readonly op: Reduction
  readonly over: Over
  /** Without reductions in it: those are variables by now. */
  readonly arg: Expr
}

export interface Stages<K extends string = string> {
  readonly passes: readonly (readonly Reduce[])[]
  readonly outputs: Readonly<Record<K, Expr>>
}

export const stages = <K extends string>(formulas: Readonly<Record<K, Expr>>): Stages<K> => {
  const passes: Reduce[][] = []
  const passOf = new Map<string, number>()
  const known = new Map<string, Expr>()
  const terms = numbering()
  const rewrite = fold<Expr>({
    ...building,
    reduce: (op, over, arg) => {
      const key = `${op} ${over} ${terms.of(arg)}`
      const already = known.get(key)
      if (already) return already
      const name = `r${passOf.size}'`
      const pass = Math.max(0, ...variables({ arg }).map((v) => (passOf.get(v) ?? -1) + 1))
      passOf.set(name, pass)
      const reductions = passes[pass] ?? []
      passes[pass] = reductions
      reductions.push({ name, op, over, arg })
      const result = variable(name, over)
      known.set(key, result)
      return result
    },
  })
  const outputs = Object.fromEntries(Object.entries<Expr>(formulas).map(([name, expr]) => [name, rewrite(expr)]))
  return { passes, outputs: outputs as Record<K, Expr> }
}
