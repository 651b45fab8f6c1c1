import { BINARY, type Expr, type Op, type Over, type Reduction, UNARY, type ValueAt, type Varies } from './expr.js'
import { type Algebra, fold } from './fold.js'

/**
 * Straight-line code: each structurally distinct term once, in an order in which every argument comes before its use.
 */
export type Instruction =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'variable'; readonly name: string; readonly varies: Varies }
  | { readonly kind: 'apply'; readonly op: Op; readonly args: readonly number[] }
  | { readonly kind: 'reduce'; readonly op: Reduction; readonly over: Over; readonly arg: number }
  | { readonly kind: 'scheduled'; readonly name: string; readonly clock: number }

export interface Program {
  readonly code: readonly Instruction[]
  /** For each named formula, the instruction that computes it. */
  readonly outputs: Readonly<Record<string, number>>
}

/** A growing program: gives each formula the number of its instruction; equal formulas get equal numbers. */
export const numbering = (): { readonly code: readonly Instruction[]; of(expr: Expr): number } => {
  const code: Instruction[] = []
  const known = new Map<string, number>()
  const emit = (instruction: Instruction): number => {
    // JSON writes −0 as 0 and NaN as null: two literals that must not be taken for others.
    const key =
      instruction.kind === 'number'
        ? `number ${Object.is(instruction.value, -0) ? '-0' : instruction.value}`
        : JSON.stringify(instruction)
    const at = known.get(key) ?? code.push(instruction) - 1
    known.set(key, at)
    return at
  }
  const algebra = {
    number: (value: number) => emit({ kind: 'number', value }),
    variable: (name: string, varies: Varies) => emit({ kind: 'variable', name, varies }),
    reduce: (op: Reduction, over: Over, arg: number) => emit({ kind: 'reduce', op, over, arg }),
    scheduled: (name: string, _: ValueAt, clock: number) => emit({ kind: 'scheduled', name, clock }),
    ...Object.fromEntries(
      [...UNARY, ...BINARY, 'select' as const].map((op) => [
        op,
        (...args: number[]) => emit({ kind: 'apply', op, args }),
      ]),
    ),
  } as unknown as Algebra<number>
  return { code, of: fold(algebra) }
}

export const program = (formulas: Readonly<Record<string, Expr>>): Program => {
  const numbers = numbering()
  const outputs = Object.fromEntries(Object.entries(formulas).map(([name, expr]) => [name, numbers.of(expr)]))
  return { code: numbers.code, outputs }
}

/** The names of the variables in some formulas, in the order in which they are met. */
export const variables = (
  formulas: Readonly<Record<string, Expr>>,
  varies: readonly Varies[] = ['element', 'tensor', 'tree'],
): readonly string[] =>
  program(formulas).code.flatMap((i) => (i.kind === 'variable' && varies.includes(i.varies) ? [i.name] : []))
