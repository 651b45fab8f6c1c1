/**
 * The language of formulas. An `Expr` is data: literals, variables, operations and reductions. It is built with
 * fluent words, `g.mul(b1).add(x)`, and read by interpreters, each in a file of its own: a value in float64
 * (`number`), passes (`stages`), WebAssembly (`wasm`), TeX (`latex`), a derivative (`derivative`).
 *
 * Everything is a number. A comparison is 1 where it holds and 0 where not; `select` takes its first branch where
 * the condition is not 0.
 */

/** What a term's value may differ between: the elements of a tensor, the tensors of a tree, or nothing but steps. */
export type Varies = 'element' | 'tensor' | 'tree'

export const UNARY = ['neg', 'abs', 'sign', 'sqrt', 'exp', 'log', 'tanh', 'erf', 'isFinite'] as const
export const BINARY = ['add', 'sub', 'mul', 'div', 'min', 'max', 'pow', 'gt', 'ge', 'lt', 'le', 'eq'] as const
export type Unary = (typeof UNARY)[number]
export type Binary = (typeof BINARY)[number]
export type Op = Unary | Binary | 'select'
export type Reduction = 'sum' | 'max'
/** Over the elements of one tensor, or over those of the whole tree. */
export type Over = 'tensor' | 'tree'

export type Node =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'variable'; readonly name: string; readonly varies: Varies }
  | { readonly kind: 'apply'; readonly op: Op; readonly args: readonly Expr[] }
  | { readonly kind: 'reduce'; readonly op: Reduction; readonly over: Over; readonly arg: Expr }
  /** A hyperparameter at a clock of its own, which need not be t. */
  | { readonly kind: 'scheduled'; readonly name: string; readonly valueAt: ValueAt; readonly clock: Expr }

export type ValueAt = (t: number) => number
export type Operand = Expr | number

const SPREAD: Record<Varies, number> = { tree: 0, tensor: 1, element: 2 }
export const wider = (a: Varies, b: Varies): boolean => SPREAD[a] > SPREAD[b]
const widest = (args: readonly Expr[]): Varies =>
  args.reduce<Varies>((most, { varies }) => (wider(varies, most) ? varies : most), 'tree')

export class Expr {
  readonly node: Node
  readonly varies: Varies

  constructor(node: Node, varies: Varies) {
    this.node = node
    this.varies = varies
  }

  neg(): Expr {
    return apply('neg', this)
  }
  abs(): Expr {
    return apply('abs', this)
  }
  /** −1, 0 or 1; NaN of NaN. */
  sign(): Expr {
    return apply('sign', this)
  }
  sqrt(): Expr {
    return apply('sqrt', this)
  }
  square(): Expr {
    return apply('mul', this, this)
  }
  exp(): Expr {
    return apply('exp', this)
  }
  log(): Expr {
    return apply('log', this)
  }
  tanh(): Expr {
    return apply('tanh', this)
  }
  erf(): Expr {
    return apply('erf', this)
  }
  isFinite(): Expr {
    return apply('isFinite', this)
  }
  add(x: Operand): Expr {
    return apply('add', this, x)
  }
  sub(x: Operand): Expr {
    return apply('sub', this, x)
  }
  mul(x: Operand): Expr {
    return apply('mul', this, x)
  }
  div(x: Operand): Expr {
    return apply('div', this, x)
  }
  min(x: Operand): Expr {
    return apply('min', this, x)
  }
  max(x: Operand): Expr {
    return apply('max', this, x)
  }
  pow(x: Operand): Expr {
    return apply('pow', this, x)
  }
  gt(x: Operand): Expr {
    return apply('gt', this, x)
  }
  ge(x: Operand): Expr {
    return apply('ge', this, x)
  }
  lt(x: Operand): Expr {
    return apply('lt', this, x)
  }
  le(x: Operand): Expr {
    return apply('le', this, x)
  }
  eq(x: Operand): Expr {
    return apply('eq', this, x)
  }
  /** `a` where this is not 0, otherwise `b`. */
  select(a: Operand, b: Operand): Expr {
    return apply('select', this, a, b)
  }

  /** A formula is traced once, so JavaScript's `if`, `<`, `+` or a template cannot see a value in it. */
  [Symbol.toPrimitive](): never {
    const { node } = this
    const name = 'name' in node ? node.name : 'op' in node ? node.op : String(node.value)
    throw new TypeError(
      `rule: JavaScript asked "${name}" of a formula for a value; formulas are traced once, before there are any: ` +
        `use .add(x), .mul(x), … for arithmetic, .gt(x) with select for a choice`,
    )
  }
}

export const literal = (value: number): Expr => new Expr({ kind: 'number', value }, 'tree')
export const variable = (name: string, varies: Varies): Expr => new Expr({ kind: 'variable', name, varies }, varies)
export const lift = (x: Operand): Expr => {
  if (x instanceof Expr) return x
  if (typeof x === 'number') return literal(x)
  throw new TypeError(`rule: a formula got ${typeof x}, expected a number or a term of the formula`)
}

export const apply = (op: Op, ...operands: readonly Operand[]): Expr => {
  const args = operands.map(lift)
  return new Expr({ kind: 'apply', op, args }, widest(args))
}

/** `a` where the condition is not 0, otherwise `b`. */
export const select = (condition: Operand, a: Operand, b: Operand): Expr => apply('select', condition, a, b)

export const reduce =
  (op: Reduction) =>
  (over: Over, x: Operand): Expr =>
    new Expr({ kind: 'reduce', op, over, arg: lift(x) }, over)

/** Σ over all elements of the tensor, or of the tree; 0 where there are none. */
export const sumOver = reduce('sum')
/** The largest over all elements of the tensor, or of the tree; −∞ where there are none. */
export const maxOver = reduce('max')

/** A hyperparameter that is a schedule, at a clock that is equal for the whole tree. */
export const scheduled = (name: string, valueAt: ValueAt, clock: Expr): Expr =>
  new Expr({ kind: 'scheduled', name, valueAt, clock }, clock.varies)
