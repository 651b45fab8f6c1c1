import fc from 'fast-check'
import { maxOver, select, sumOver } from 'gradus'
import { describe, expect, test } from 'vitest'
import { derivative } from '../../src/expr/derivative.ts'
import { BINARY, type Expr, literal, UNARY, variable } from '../../src/expr/expr.ts'
import { fold } from '../../src/expr/fold.ts'
import { arithmetic, number } from '../../src/expr/number.ts'
import { formulas, ordinary } from './formulas.ts'

const x = variable('x', 'element')
const y = variable('y', 'element')

/**
 * The value at x, and every decision on the way there: what is on the same side of each kink has the same decisions. NaN
 * among them stands for a place without a slope, or too steep for a difference to be one: the root and the logarithm at 0,
 * a power of what is not positive (examples of whose constant powers are below), whatever is beyond a million.
 */
const decided = (
  formula: Expr,
  at: Readonly<Record<string, number>>,
): { value: number; decisions: readonly number[] } => {
  const decisions: number[] = []
  const decide: Readonly<Record<string, (a: number, b: number) => number>> = {
    ...Object.fromEntries(['abs', 'sign', 'isFinite'].map((op) => [op, Math.sign])),
    ...Object.fromEntries(
      ['min', 'max', 'gt', 'ge', 'lt', 'le', 'eq'].map((op) => [op, (a: number, b: number) => Math.sign(a - b)]),
    ),
    ...Object.fromEntries(['sqrt', 'log', 'pow'].map((op) => [op, (a: number) => (a > 0 ? 1 : Number.NaN)])),
    select: (condition) => (condition === 0 ? 0 : 1),
  }
  const words = Object.entries(arithmetic as Readonly<Record<string, (...args: number[]) => number>>).map(([op, f]) => [
    op,
    (...args: number[]) => {
      const value = f(...args)
      decisions.push(decide[op]?.(args[0] as number, args[1] as number) ?? 0)
      if (!(Math.abs(value) < 1e6)) decisions.push(Number.NaN)
      return value
    },
  ])
  const value = fold<number>({
    ...Object.fromEntries(words),
    number: (x: number) => x,
    variable: (name: string) => at[name] as number,
  })(formula)
  return { value, decisions }
}

/** The slope by central differences, extrapolated; nothing where a kink is near, or where halving the step changes it. */
const slope = (formula: Expr, at: Readonly<Record<string, number>>): number | undefined => {
  const here = decided(formula, at)
  const h = 2 ** -9 * Math.max(1, Math.abs(at.x as number))
  const points = [-4, -2, -1, 1, 2, 4].map((k) => decided(formula, { ...at, x: (at.x as number) + k * h }))
  const all = [here, ...points]
  if (all.some(({ decisions }) => decisions.includes(Number.NaN) || decisions.join() !== here.decisions.join()))
    return undefined
  const difference = (k: number) => {
    const [low, high] = [points[3 - k], points[2 + k]]
    return ((high?.value as number) - (low?.value as number)) / (2 * h * 2 ** (k - 1))
  }
  const [fine, coarse] = [(4 * difference(1) - difference(2)) / 3, (4 * difference(2) - difference(3)) / 3]
  return Math.abs(fine - coarse) < 1e-7 * (1 + Math.abs(fine)) ? fine : undefined
}

const language = { variables: { x: 'element', y: 'element' }, unary: UNARY, binary: BINARY, select: true } as const

describe('the derivative', () => {
  test('of a random formula is its slope, by central differences away from kinks', () => {
    let compared = 0
    fc.assert(
      fc.property(formulas(language, 4), ordinary, ordinary, (formula, valueOfX, valueOfY) => {
        const at = { x: valueOfX, y: valueOfY }
        const expected = slope(formula, at)
        fc.pre(expected !== undefined)
        compared += 1
        const found = number(derivative(formula, 'x'))(at)
        expect(Math.abs(found - (expected as number))).toBeLessThan(1e-5 * (1 + Math.abs(expected as number)))
      }),
      { numRuns: 500 },
    )
    expect(compared).toBe(500)
  })

  test('of a derivative is the second one: the slope of the first', () => {
    fc.assert(
      fc.property(formulas(language, 3), ordinary, ordinary, (formula, valueOfX, valueOfY) => {
        const at = { x: valueOfX, y: valueOfY }
        const first = derivative(formula, 'x')
        const expected = slope(first, at)
        fc.pre(expected !== undefined)
        const found = number(derivative(first, 'x'))(at)
        expect(Math.abs(found - (expected as number))).toBeLessThan(1e-5 * (1 + Math.abs(expected as number)))
      }),
      { numRuns: 200 },
    )
  })

  const words: readonly (readonly [string, Expr, (x: number) => number])[] = [
    ['neg', x.neg(), () => -1],
    ['abs', x.abs(), Math.sign],
    ['sign', x.sign(), () => 0],
    ['sqrt', x.sqrt(), (a) => 1 / (2 * Math.sqrt(a))],
    ['exp', x.exp(), Math.exp],
    ['log', x.log(), (a) => 1 / a],
    ['tanh', x.tanh(), (a) => 1 - Math.tanh(a) ** 2],
    ['erf', x.erf(), (a) => (2 / Math.sqrt(Math.PI)) * Math.exp(-a * a)],
    ['isFinite', x.isFinite(), () => 0],
    ['add', x.add(3), () => 1],
    ['sub', literal(3).sub(x), () => -1],
    ['mul', x.mul(x), (a) => 2 * a],
    ['div', literal(1).div(x), (a) => -1 / a ** 2],
    ['div by', x.div(4), () => 1 / 4],
    ['pow', x.pow(3), (a) => 3 * a ** 2],
    ['pow of', literal(2).pow(x), (a) => Math.log(2) * 2 ** a],
    ['pow of itself', x.pow(x), (a) => a ** a * (Math.log(a) + 1)],
    ['min', x.min(1), (a) => (a <= 1 ? 1 : 0)],
    ['max', x.max(1), (a) => (a >= 1 ? 1 : 0)],
    ['select', select(x.gt(1), x.square(), x), (a) => (a > 1 ? 2 * a : 1)],
    ...(['gt', 'ge', 'lt', 'le', 'eq'] as const).map((op) => [op, x[op](1), () => 0] as const),
  ]

  test.each(words)('of %s is the one in the books', (_, formula, expected) => {
    for (const a of [0.3, 0.9, 1.7, 4.2])
      expect(number(derivative(formula, 'x'))({ x: a })).toBeCloseTo(expected(a), 12)
  })

  test('is there for every word of the language', () => {
    const tested = new Set(words.map(([name]) => name.split(' ')[0]))
    expect([...tested].sort()).toEqual([...UNARY, ...BINARY, 'select'].sort())
  })

  test('takes one side at a kink', () => {
    const at = (formula: Expr, a: number) => number(derivative(formula, 'x'))({ x: a })
    expect(at(x.abs(), 0)).toBe(0)
    expect(at(x.max(0), 0)).toBe(1)
    expect(at(literal(0).max(x), 0)).toBe(0)
    expect(at(x.min(0), 0)).toBe(1)
    expect(at(literal(0).min(x), 0)).toBe(0)
    expect(at(x.max(x.mul(3)), 0)).toBe(1)
  })

  test('of a power of a number that is not positive is finite where the power is a number', () => {
    const at = (a: number) => number(derivative(x.pow(2), 'x'))({ x: a })
    expect([at(-3), at(0)]).toEqual([-6, 0])
  })

  test('by a variable that is not in the formula is 0', () => {
    expect(derivative(y.mul(2), 'x').node).toEqual(literal(0).node)
    expect(derivative(literal(3), 'x').node).toEqual(literal(0).node)
    expect(derivative(x, 'x').node).toEqual(literal(1).node)
  })

  test('does not write sums and products with 0', () => {
    expect(derivative(x.add(y), 'x')).toEqual(literal(1))
    expect(derivative(y.mul(x), 'x')).toEqual(y)
  })

  test('goes past a reduction that does not depend on the variable, and refuses one that does', () => {
    const lr = variable('lr', 'tree')
    expect(derivative(sumOver('tree', y).mul(lr), 'lr')).toEqual(sumOver('tree', y))
    expect(() => derivative(x.div(sumOver('tree', x)), 'x')).toThrow(
      'derivative: sumOver depends on "x", expected it not to',
    )
    expect(() => derivative(maxOver('tensor', x.square()), 'x')).toThrow('derivative: maxOver depends on "x"')
  })
})

describe('the derivative of a power', () => {
  const at = (formula: Expr, value: number) => number(formula)({ x: value, y: 2 })

  test('with a constant exponent has no power where an instruction does', () => {
    const ops = (formula: Expr): readonly string[] => {
      const { node } = formula
      return node.kind === 'apply' ? [node.op, ...node.args.flatMap(ops)] : []
    }
    for (const c of [0, 1, 2, 3, 1.5]) expect(ops(derivative(x.pow(c), 'x'))).not.toContain('pow')
    expect(ops(derivative(x.pow(2.5), 'x'))).toEqual(['mul', 'pow'])
    expect(derivative(x.mul(0), 'x').node).toEqual(literal(0).node)
    expect(derivative(x.pow(1), 'x').node).toEqual(literal(1).node)
  })

  test('is not NaN at 0 where the power has a slope there', () => {
    expect(at(derivative(x.pow(y), 'x'), 0)).toBe(0)
    expect(at(derivative(x.pow(y), 'y'), 0)).toBe(0)
    expect(number(derivative(x.pow(y), 'x'))({ x: 0, y: 0 })).toBe(0)
    expect(number(derivative(x.log().mul(0), 'x'))({ x: 0 })).toBe(0)
    expect(at(derivative(derivative(x.pow(2), 'x'), 'x'), 0)).toBe(2)
  })
})
