import { apply, type Expr, literal } from './expr.js'
import { building } from './fold.js'
import { numbering } from './program.js'

/**
 * Choices: a `select` whose condition is equal for all elements of a tensor is decided once, before the loop over them, and the
 * loop then reads and writes nothing that the other branch alone would need: a step that only accumulates leaves the moments
 * as they are, a frozen leaf is not touched.
 *
 *     choices(select(t mod k = 0, f(m), m)) = [t mod k = 0]      decided that it does not hold: m
 */
type Formulas = Readonly<Record<string, Expr>>

const isChoice = ({ node, varies }: Expr): boolean =>
  node.kind === 'apply' && node.op === 'select' && varies === 'element' && node.args[0]?.varies !== 'element'

/** The conditions that can be decided before the loop, each once. */
export const choices = (formulas: Formulas): readonly Expr[] => {
  const terms = numbering()
  const found = new Map<number, Expr>()
  const seen = new Set<Expr>()
  const visit = (expr: Expr): void => {
    if (seen.has(expr)) return
    seen.add(expr)
    const { node } = expr
    const args = node.kind === 'apply' ? node.args : node.kind === 'reduce' ? [node.arg] : []
    if (isChoice(expr)) found.set(terms.of(args[0] as Expr), args[0] as Expr)
    for (const arg of args) visit(arg)
  }
  for (const formula of Object.values(formulas)) visit(formula)
  return [...found.values()]
}

/** The formulas with these conditions decided, and what is nothing left out: x + 0, 0 · lr. */
export const decided = (formulas: Formulas, conditions: readonly Expr[], holds: readonly boolean[]): Formulas => {
  const terms = numbering()
  const answers = new Map(conditions.map((condition, k) => [terms.of(condition), holds[k]]))
  const seen = new Map<Expr, Expr>()
  const rewrite = (expr: Expr): Expr => {
    const { node } = expr
    if (node.kind === 'reduce') return building.reduce(node.op, node.over, visit(node.arg))
    if (node.kind !== 'apply') return expr
    if (isChoice(expr)) {
      const [condition, a, b] = node.args as [Expr, Expr, Expr]
      const answer = answers.get(terms.of(condition))
      if (answer !== undefined) return visit(answer ? a : b)
    }
    return simplified(apply(node.op, ...node.args.map(visit)))
  }
  const visit = (expr: Expr): Expr => {
    const known = seen.get(expr)
    if (known) return known
    const rewritten = rewrite(expr)
    seen.set(expr, rewritten)
    return rewritten
  }
  return Object.fromEntries(Object.entries(formulas).map(([name, formula]) => [name, visit(formula)]))
}

const isZero = ({ node }: Expr): boolean => node.kind === 'number' && node.value === 0

/** 0 times what is equal for all elements is 0: hypers are finite. 0 times an element may be NaN, and stays. */
const simplified = (expr: Expr): Expr => {
  const { node } = expr
  if (node.kind !== 'apply') return expr
  const [a, b] = node.args as [Expr, Expr | undefined]
  if (node.op === 'neg' && isZero(a)) return literal(0)
  if (!b) return expr
  if (node.op === 'add' && isZero(a)) return b
  if ((node.op === 'add' || node.op === 'sub') && isZero(b)) return a
  if (node.op === 'mul' && isZero(a) && b.varies !== 'element') return literal(0)
  if (node.op === 'mul' && isZero(b) && a.varies !== 'element') return literal(0)
  return expr
}
