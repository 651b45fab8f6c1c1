import {
  apply,
  BINARY,
  type Binary,
  type Expr,
  literal,
  type Op,
  type Over,
  type Reduction,
  reduce,
  scheduled,
  select,
  UNARY,
  type Unary,
  type ValueAt,
  type Varies,
  variable,
} from './expr.js'

/** An interpreter: what each word of the language means in `A`. */
export type Algebra<A> = {
  number(value: number): A
  variable(name: string, varies: Varies): A
  reduce(op: Reduction, over: Over, arg: A): A
  scheduled(name: string, valueAt: ValueAt, clock: A): A
  select(condition: A, a: A, b: A): A
} & { readonly [op in Unary]: (a: A) => A } & { readonly [op in Binary]: (a: A, b: A) => A }

/** The one way to read a formula: bottom up, each shared term once. */
/* @__NO_SIDE_EFFECTS__ */
export const fold = <A>(algebra: Algebra<A>): ((expr: Expr) => A) => {
  const seen = new Map<Expr, A>()
  const apply = algebra as unknown as Record<Op, (...args: readonly A[]) => A>
  const read = ({ node }: Expr): A => {
    switch (node.kind) {
      case 'number':
        return algebra.number(node.value)
      case 'variable':
        return algebra.variable(node.name, node.varies)
      case 'apply':
        return apply[node.op](...node.args.map(visit))
      case 'reduce':
        return algebra.reduce(node.op, node.over, visit(node.arg))
      case 'scheduled':
        return algebra.scheduled(node.name, node.valueAt, visit(node.clock))
    }
  }
  const visit = (expr: Expr): A => {
    const known = seen.get(expr)
    if (known !== undefined) return known
    const value = read(expr)
    seen.set(expr, value)
    return value
  }
  return visit
}

/** The algebra that builds: folding with it copies a formula; override a word to rewrite one. */
export const building: Algebra<Expr> = {
  number: literal,
  variable,
  reduce: (op, over, arg) => reduce(op)(over, arg),
  scheduled,
  select,
  ...(Object.fromEntries([...UNARY, ...BINARY].map((op) => [op, (...args: Expr[]) => apply(op, ...args)])) as {
    [op in Unary]: (a: Expr) => Expr
  } & { [op in Binary]: (a: Expr, b: Expr) => Expr }),
}

/** What a fold gives for the words with arguments alone. */
export type Words<A> = Omit<Algebra<A>, 'number' | 'variable' | 'reduce' | 'scheduled'>

/** A formula with terms in the place of variables; a variable that is not named stays. */
export const substitute = (terms: Readonly<Record<string, Expr>>): ((expr: Expr) => Expr) =>
  fold({
    ...building,
    variable: (name, varies) => terms[name] ?? variable(name, varies),
    scheduled: (name, valueAt, clock) => {
      const node = terms[name]?.node
      return scheduled(node && 'name' in node ? node.name : name, valueAt, clock)
    },
  })
