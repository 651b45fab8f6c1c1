import fc from 'fast-check'
import {
  apply,
  type Binary,
  type Expr,
  literal,
  select,
  type Unary,
  type Varies,
  variable,
} from '../../src/expr/expr.ts'

/** Random formulas, from some variables and words, with subterms that are shared as objects and as equal terms. */
export interface Language {
  readonly variables: Readonly<Record<string, Varies>>
  readonly unary: readonly Unary[]
  readonly binary: readonly Binary[]
  readonly select: boolean
}

/** Numbers between −3 and 3, none of them nearer to 0 than 1/2000: what is far from a kink has no subnormal numbers in it. */
export const ordinary: fc.Arbitrary<number> = fc.integer({ min: -3000, max: 2999 }).map((i) => (i + 0.5) / 1000)

export const formulas = (
  { variables, unary, binary, select: choosing }: Language,
  maxDepth = 5,
): fc.Arbitrary<Expr> => {
  const leaf = fc.oneof(
    fc.constantFrom(...Object.entries(variables).map(([name, varies]) => variable(name, varies))),
    fc.constantFrom(-2, -1, -0.5, 0, 0.25, 1, 3).map(literal),
  )
  return fc.letrec<{ term: Expr }>((tie) => {
    const sub = tie('term')
    return {
      term: fc.oneof(
        { maxDepth, depthIdentifier: 'formula' },
        leaf,
        fc.tuple(fc.constantFrom(...unary), sub).map(([op, a]) => apply(op, a)),
        fc.tuple(fc.constantFrom(...binary), sub, sub).map(([op, a, b]) => apply(op, a, b)),
        fc.tuple(fc.constantFrom(...binary), sub).map(([op, a]) => apply(op, a, a)),
        ...(choosing ? [fc.tuple(sub, sub, sub).map(([c, a, b]) => select(c, a, b))] : []),
      ),
    }
  }).term
}
