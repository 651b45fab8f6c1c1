import { Expr, maxOver, rule, select, sumOver } from 'gradus'
import { describe, expect, test } from 'vitest'
import { BINARY, literal, UNARY, variable } from '../../src/expr/expr.ts'
import { building, fold, substitute } from '../../src/expr/fold.ts'

const g = variable('g', 'element')
const v = variable('v', 'tensor')
const lr = variable('lr', 'tree')

describe('a formula', () => {
  test('is data, built by fluent words', () => {
    const formula = g.mul(lr).neg()
    expect(formula.node).toMatchObject({ kind: 'apply', op: 'neg' })
    expect(formula).toBeInstanceOf(Expr)
  })

  test.each(UNARY)('has the word %s of one term', (op) => {
    expect(g[op]().node).toEqual({ kind: 'apply', op, args: [g] })
  })

  test.each(BINARY)('has the word %s of two terms, the second of which may be a number', (op) => {
    expect(g[op](lr).node).toEqual({ kind: 'apply', op, args: [g, lr] })
    expect(g[op](2).node).toEqual({ kind: 'apply', op, args: [g, literal(2)] })
  })

  test('has square, select, and reductions', () => {
    expect(g.square().node).toEqual({ kind: 'apply', op: 'mul', args: [g, g] })
    expect(g.gt(0).select(1, lr).node).toMatchObject({ op: 'select', args: [g.gt(0), literal(1), lr] })
    expect(select(g, 1, 2)).toEqual(g.select(1, 2))
    expect(sumOver('tree', g).node).toEqual({ kind: 'reduce', op: 'sum', over: 'tree', arg: g })
    expect(maxOver('tensor', 1).node).toEqual({ kind: 'reduce', op: 'max', over: 'tensor', arg: literal(1) })
  })

  test('varies as widely as the widest of its terms; a reduction as widely as what it is over', () => {
    expect(lr.add(1).varies).toBe('tree')
    expect(lr.add(v).varies).toBe('tensor')
    expect(v.mul(g).add(lr).varies).toBe('element')
    expect(select(lr, v, 1).varies).toBe('tensor')
    expect(sumOver('tensor', g).varies).toBe('tensor')
    expect(maxOver('tree', g).varies).toBe('tree')
  })

  test('is made of numbers and formulas only', () => {
    expect(() => g.add('1' as never)).toThrow('rule: a formula got string, expected a number or a term of the formula')
    expect(() => g.mul(undefined as never)).toThrow('rule: a formula got undefined')
  })

  test.each<[string, (x: Expr) => unknown]>([
    ['>', (x) => (x as unknown as number) > 1],
    ['<=', (x) => 1 <= (x as unknown as number)],
    ['+', (x) => (x as unknown as number) + 1],
    ['*', (x) => (x as unknown as number) * 2],
    ['unary -', (x) => -(x as unknown as number)],
    ['a template', (x) => `${x}`],
    ['String', (x) => String(x)],
    ['Number', (x) => Number(x)],
    ['Math.sqrt', (x) => Math.sqrt(x as unknown as number)],
  ])('throws by name where JavaScript asks it for a value: %s', (_, ask) => {
    const message = (name: string) =>
      `rule: JavaScript asked "${name}" of a formula for a value; formulas are traced once, before there are any: ` +
      'use .add(x), .mul(x), … for arithmetic, .gt(x) with select for a choice'
    const t = variable('t', 'tree')
    expect(() => ask(t)).toThrow(new TypeError(message('t')))
    expect(() => ask(t.sqrt())).toThrow(new TypeError(message('sqrt')))
    expect(() => ask(literal(3))).toThrow(new TypeError(message('3')))
    expect(() => ask(sumOver('tree', t))).toThrow(new TypeError(message('sum')))
  })

  test('throws so inside a rule, when the rule is made', () => {
    const hasty = () => rule({ name: 'hasty', step: ({ g, t }) => ({ delta: (t as unknown as number) > 1 ? g : 0 }) })
    expect(hasty).toThrow('rule: JavaScript asked "t" of a formula for a value')
  })
})

describe('fold', () => {
  test('reads a shared term once', () => {
    let read = 0
    const counting = fold({
      ...building,
      variable: (name, varies) => {
        read += 1
        return variable(name, varies)
      },
    })
    const square = g.square()
    counting(square.add(square).mul(square))
    expect(read).toBe(1)
  })

  test('with `building` copies a formula', () => {
    const formula = select(g.gt(v), sumOver('tree', g.square()), g.pow(lr).erf()).max(literal(2))
    expect(fold(building)(formula)).toEqual(formula)
    expect(fold(building)(formula)).not.toBe(formula)
  })

  test('is not deep: a formula of ten thousand shared terms is read in no time', () => {
    let formula: Expr = g
    for (let i = 0; i < 1000; i++) formula = formula.add(formula)
    expect(fold({ ...building, number: literal })(formula)).toBeInstanceOf(Expr)
  })
})

describe('substitute', () => {
  test('puts terms in the place of variables, and leaves the others', () => {
    const formula = g.mul(lr).add(g)
    expect(substitute({ g: v.neg() })(formula)).toEqual(v.neg().mul(lr).add(v.neg()))
    expect(substitute({})(formula)).toEqual(formula)
  })

  test('lets a term vary less than the variable did', () => {
    expect(substitute({ g: literal(1) })(g.mul(lr)).varies).toBe('tree')
  })
})
