import { derivative } from '../expr/derivative.js'
import { Expr, lift, literal, type Operand, variable } from '../expr/expr.js'
import { numbering } from '../expr/program.js'
import { brief, mistake } from '../failure.js'
import { madeOnce } from '../kernel/once.js'

/**
 * Formulas of elements, traced: what `elementwise` gives to a kernel. Two that compute the same in the same way are one object,
 * whoever wrote them, so that what is made from a formula is made once.
 *
 *     partials(f, [0, 1]) = [(x₀, x₁, d) ↦ d · ∂f/∂x₀, (x₀, x₁, d) ↦ d · ∂f/∂x₁]
 */
export interface Formula {
  readonly names: readonly string[]
  readonly outputs: readonly Expr[]
}

const nameOf = (i: number): string => `x${i}`

/** Calls `f` once, with symbols in the place of numbers. */
export const traced = (who: string, f: (...terms: readonly Expr[]) => Operand): Formula => {
  const names = Array.from({ length: f.length }, (_, i) => nameOf(i))
  const symbols = names.map((name) => variable(name, 'element'))
  const output = termOf(who, () => f(...symbols))
  checkTerms(who, output, new Set(symbols))
  return interned(names, [output])
}

const termOf = (who: string, f: () => Operand): Expr => {
  let result: Operand
  try {
    result = f()
  } catch (error) {
    // What the language says of a wrong operand, under the name that was called.
    if (error instanceof TypeError && error.message.startsWith('rule: ')) throw mistake(who, error.message.slice(6))
    throw error
  }
  if (result instanceof Expr || typeof result === 'number') return lift(result)
  throw mistake(who, `the function gave ${brief(result)}`, 'a formula of its parameters')
}

/** Nothing but the parameters, numbers and words. */
const checkTerms = (who: string, formula: Expr, known: ReadonlySet<Expr>): void => {
  const seen = new Set<Expr>()
  const visit = (expr: Expr): void => {
    if (seen.has(expr)) return
    seen.add(expr)
    const { node } = expr
    const expected = 'a formula of its parameters, element by element'
    if (node.kind === 'reduce') throw mistake(who, `the formula has ${node.op}Over`, expected)
    if (node.kind === 'scheduled') throw mistake(who, `the formula has the schedule "${node.name}"`, expected)
    if (node.kind === 'variable' && !known.has(expr))
      throw mistake(who, `the formula has "${node.name}" of another one`, expected)
    if (node.kind === 'apply') for (const arg of node.args) visit(arg)
  }
  visit(formula)
}

const formulas = new Map<string, Formula>()

const interned = (names: readonly string[], outputs: readonly Expr[]): Formula => {
  const { code, of } = numbering()
  const results = outputs.map(of)
  // JSON writes −0 as 0, NaN and the infinities as null.
  const lines = code.map((i) =>
    i.kind === 'number' ? `${Object.is(i.value, -0) ? '-0' : i.value}` : JSON.stringify(i),
  )
  const text = [names.length, ...lines, `gives ${results}`].join('\n')
  const formula = formulas.get(text) ?? { names, outputs }
  formulas.set(text, formula)
  return formula
}

const known = madeOnce((_: Formula) => new Map<string, Formula>())

/** The derivatives of a formula with one output by these parameters, each times d, which is the parameter after the last. */
export const partials = (formula: Formula, by: readonly number[]): Formula => {
  const made = known(formula)
  const found = made.get(by.join()) ?? partialsOf(formula, by)
  made.set(by.join(), found)
  return found
}

const partialsOf = ({ names, outputs: [output] }: Formula, by: readonly number[]): Formula => {
  const last = nameOf(names.length)
  const d = variable(last, 'element')
  const times = (slope: Expr): Expr => {
    if (slope.node.kind !== 'number' || slope.node.value > 1) return d.mul(slope)
    return slope.node.value === 0 ? literal(0) : slope.node.value === 1 ? d : d.mul(slope)
  }
  const slopes = by.map((i) => times(derivative(output as Expr, names[i] as string)))
  return interned([...names, last], slopes)
}
