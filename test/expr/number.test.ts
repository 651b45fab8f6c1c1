import fc from 'fast-check'
import { select, sumOver } from 'gradus'
import { describe, expect, test } from 'vitest'
import { BINARY, type literal, UNARY, variable } from '../../src/expr/expr.ts'
import { arithmetic, number } from '../../src/expr/number.ts'
import { formulas } from './formulas.ts'

const x = variable('x', 'element')
const y = variable('y', 'element')
const any = fc.double()

describe('the meaning', () => {
  test('of the words that JavaScript has is what JavaScript does', () => {
    fc.assert(
      fc.property(any, any, (a, b) => {
        const value = (formula: ReturnType<typeof literal>) => number(formula)({ x: a, y: b })
        expect(value(x.neg())).toBe(-a)
        expect(value(x.abs())).toBe(Math.abs(a))
        expect(value(x.sign())).toBe(Math.sign(a))
        expect(value(x.sqrt())).toBe(Math.sqrt(a))
        expect(value(x.exp())).toBe(Math.exp(a))
        expect(value(x.log())).toBe(Math.log(a))
        expect(value(x.tanh())).toBe(Math.tanh(a))
        expect(value(x.isFinite())).toBe(Number.isFinite(a) ? 1 : 0)
        expect(value(x.add(y))).toBe(a + b)
        expect(value(x.sub(y))).toBe(a - b)
        expect(value(x.mul(y))).toBe(a * b)
        expect(value(x.div(y))).toBe(a / b)
        expect(value(x.min(y))).toBe(Math.min(a, b))
        expect(value(x.max(y))).toBe(Math.max(a, b))
        expect(value(x.pow(y))).toBe(a ** b)
        expect(value(x.square())).toBe(a * a)
      }),
    )
  })

  test('of a comparison is 1 where it holds and 0 where not', () => {
    fc.assert(
      fc.property(any, any, (a, b) => {
        const at = { x: a, y: b }
        expect(number(x.gt(y))(at)).toBe(a > b ? 1 : 0)
        expect(number(x.ge(y))(at)).toBe(a >= b ? 1 : 0)
        expect(number(x.lt(y))(at)).toBe(a < b ? 1 : 0)
        expect(number(x.le(y))(at)).toBe(a <= b ? 1 : 0)
        expect(number(x.eq(y))(at)).toBe(a === b ? 1 : 0)
      }),
    )
  })

  test('of select is its first branch where the condition is not 0', () => {
    const value = (condition: number) => number(select(x, 1, 2))({ x: condition })
    expect([1, -3, 0.1, Number.NaN, Infinity].map(value)).toEqual([1, 1, 1, 1, 1])
    expect([0, -0].map(value)).toEqual([2, 2])
  })

  test('is there for every word', () => {
    expect(Object.keys(arithmetic).sort()).toEqual([...UNARY, ...BINARY, 'select'].sort())
  })

  test('of a formula is what its words make of the meanings of its terms', () => {
    const language = { variables: { x: 'element', y: 'tree' }, unary: UNARY, binary: BINARY, select: true } as const
    const term = formulas(language, 3)
    fc.assert(
      fc.property(fc.constantFrom(...BINARY), term, term, any, any, (op, a, b, valueOfX, valueOfY) => {
        const at = { x: valueOfX, y: valueOfY }
        expect(number(a[op](b))(at)).toBe(arithmetic[op](number(a)(at), number(b)(at)))
        expect(number(select(a, b, a))(at)).toBe(arithmetic.select(number(a)(at), number(b)(at), number(a)(at)))
      }),
    )
  })

  test('is not there for a variable that has no value, or for a reduction', () => {
    expect(() => number(x.add(1))({ y: 1 })).toThrow(new ReferenceError('number: the environment has no "x"'))
    expect(() => number(sumOver('tree', x))).toThrow('a reduction has no value at one element')
  })
})
