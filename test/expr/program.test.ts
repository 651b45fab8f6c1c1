import fc from 'fast-check'
import { sumOver } from 'gradus'
import { describe, expect, test } from 'vitest'
import { BINARY, type Expr, literal, UNARY, variable } from '../../src/expr/expr.ts'
import { arithmetic, number } from '../../src/expr/number.ts'
import { type Program, program, variables } from '../../src/expr/program.ts'
import { formulas } from './formulas.ts'

const language = {
  variables: { x: 'element', y: 'tensor', z: 'tree' },
  unary: UNARY,
  binary: BINARY,
  select: true,
} as const
const two = fc.tuple(formulas(language, 4), formulas(language, 4))

const argumentsOf = (i: Program['code'][number]): readonly number[] =>
  i.kind === 'apply' ? i.args : i.kind === 'reduce' ? [i.arg] : []

/** A term as text: equal text, equal term. */
const written = ({ node }: Expr): string => {
  if (node.kind === 'number') return Object.is(node.value, -0) ? '-0' : String(node.value)
  if (node.kind === 'variable' || node.kind === 'scheduled') return node.name
  return node.kind === 'apply'
    ? `${node.op}(${node.args.map(written).join()})`
    : `${node.op}${node.over}${written(node.arg)}`
}
const termsOf = (expr: Expr): string[] => {
  const { node } = expr
  const args = node.kind === 'apply' ? node.args : node.kind === 'reduce' ? [node.arg] : []
  return [written(expr), ...args.flatMap(termsOf)]
}

describe('a program', () => {
  test('has each distinct term once', () => {
    fc.assert(
      fc.property(two, ([a, b]) => {
        const distinct = new Set([...termsOf(a), ...termsOf(b)])
        expect(program({ a, b }).code).toHaveLength(distinct.size)
      }),
    )
  })

  test('has every argument before its use', () => {
    fc.assert(
      fc.property(two, ([a, b]) => {
        for (const [at, instruction] of program({ a, b }).code.entries())
          for (const arg of argumentsOf(instruction)) expect(arg).toBeLessThan(at)
      }),
    )
  })

  test('computes what the formulas mean', () => {
    const value = fc.double({ min: -3, max: 3, noNaN: true })
    fc.assert(
      fc.property(two, value, value, value, ([a, b], x, y, z) => {
        const at: Readonly<Record<string, number>> = { x, y, z }
        const { code, outputs } = program({ a, b })
        const found: number[] = []
        for (const i of code) {
          if (i.kind === 'number') found.push(i.value)
          else if (i.kind === 'variable') found.push(at[i.name] as number)
          else if (i.kind === 'apply')
            found.push(
              (arithmetic[i.op] as (...args: number[]) => number)(...i.args.map((arg) => found[arg] as number)),
            )
        }
        expect(found[outputs.a as number]).toBe(number(a)(at))
        expect(found[outputs.b as number]).toBe(number(b)(at))
      }),
    )
  })

  test('finds equal terms that are other objects, within a formula and between formulas', () => {
    const term = () => variable('x', 'element').mul(2).exp()
    const { code, outputs } = program({ a: term().add(term()), b: term() })
    expect(code).toHaveLength(5)
    expect(code[outputs.b as number]).toMatchObject({ kind: 'apply', op: 'exp' })
  })

  test('does not take 0 for −0, nor NaN for another number', () => {
    const numbers = [0, -0, Number.NaN, Infinity, -Infinity, 1].map(literal)
    const { code } = program(Object.fromEntries(numbers.map((expr, i) => [i, expr])))
    expect(code.map((i) => (i.kind === 'number' ? i.value : undefined))).toEqual([
      0,
      -0,
      Number.NaN,
      Infinity,
      -Infinity,
      1,
    ])
    expect(program({ a: literal(Number.NaN), b: literal(Number.NaN) }).code).toHaveLength(1)
  })

  test('does not take one reduction for another', () => {
    const x = variable('x', 'element')
    const all = [sumOver('tree', x), sumOver('tensor', x), sumOver('tree', x.neg()), sumOver('tree', x)]
    expect(program(Object.fromEntries(all.map((expr, i) => [i, expr]))).code).toHaveLength(5)
  })

  test('of a formula that doubles itself forty times is forty additions', () => {
    let formula: Expr = variable('x', 'element')
    for (let i = 0; i < 40; i++) formula = formula.add(formula)
    expect(program({ formula }).code).toHaveLength(41)
  })
})

describe('variables', () => {
  test('are named once each, in the order in which they are met, and only those that vary as asked', () => {
    const [x, y, z] = [variable('x', 'element'), variable('y', 'tensor'), variable('z', 'tree')]
    const formulas = { a: z.add(x), b: x.mul(y) }
    expect(variables(formulas)).toEqual(['z', 'x', 'y'])
    expect(variables(formulas, ['element'])).toEqual(['x'])
    expect(variables(formulas, ['tree', 'tensor'])).toEqual(['z', 'y'])
  })
})
