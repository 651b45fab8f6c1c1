import fc from 'fast-check'
import { adam } from 'gradus'
import { describe, expect, test } from 'vitest'
import { BINARY, type Expr, UNARY, variable } from '../../src/expr/expr.ts'
import { type Algebra, fold } from '../../src/expr/fold.ts'
import { arithmetic, number } from '../../src/expr/number.ts'
import { program } from '../../src/expr/program.ts'
import { factor, hoist } from '../../src/expr/uniform.ts'
import { formulas, ordinary } from './formulas.ts'

const variables = { x: 'element', y: 'element', a: 'tensor', b: 'tree' } as const
const environment = fc.record({ x: ordinary, y: ordinary, a: ordinary, b: ordinary })

/** What a hoisted formula means: scalars first, then the rest with their values. */
const hoistedValue = (formula: Expr, at: Readonly<Record<string, number>>): number => {
  const { outputs, scalars } = hoist({ formula })
  const values = Object.fromEntries(Object.entries(scalars).map(([name, scalar]) => [name, number(scalar)(at)]))
  // Nothing that is equal for all elements is left in it.
  return number(outputs.formula)({ x: at.x as number, y: at.y as number, ...values })
}

const operations = (formula: Expr) => program({ formula }).code.filter(({ kind }) => kind === 'apply').length

describe('hoist', () => {
  const any = formulas({ variables, unary: UNARY, binary: BINARY, select: true })

  test('keeps the meaning to the last bit, and leaves no variable that is equal for all elements', () => {
    fc.assert(
      fc.property(any, environment, (formula, at) => {
        expect(hoistedValue(formula, at)).toBe(number(formula)(at))
      }),
    )
  })

  test('takes out nothing that differs between elements', () => {
    fc.assert(
      fc.property(any, (formula) => {
        for (const scalar of Object.values(hoist({ formula }).scalars)) expect(scalar.varies).not.toBe('element')
      }),
    )
  })

  test('takes the largest terms, each once', () => {
    const [x, b] = [variable('x', 'element'), variable('b', 'tree')]
    const root = () => b.mul(2).sqrt()
    const { outputs, scalars } = hoist({ p: x.mul(root()), q: x.add(root()), r: root() })
    expect(Object.values(scalars)).toEqual([root()])
    expect(operations(outputs.p)).toBe(1)
    expect(outputs.r.node.kind).toBe('variable')
  })

  test('leaves numbers where they are', () => {
    const x = variable('x', 'element')
    expect(hoist({ p: x.mul(2) })).toEqual({ outputs: { p: x.mul(2) }, scalars: {} })
  })
})

/** A value, and a bound of what rounding can do to it: as it would be if nothing cancelled. */
interface Bounded {
  readonly value: number
  readonly bound: number
}

const bounded = (at: Readonly<Record<string, number>>): ((formula: Expr) => Bounded) => {
  const exactly = (value: number): Bounded => ({ value, bound: Math.abs(value) })
  const larger = (a: Bounded, b: Bounded, value: number) => ({ value, bound: Math.max(a.bound, b.bound) })
  const algebra = {
    number: exactly,
    variable: (name: string) => exactly(at[name] as number),
    neg: (a: Bounded) => ({ ...a, value: -a.value }),
    abs: (a: Bounded) => ({ ...a, value: Math.abs(a.value) }),
    add: (a: Bounded, b: Bounded) => ({ value: a.value + b.value, bound: a.bound + b.bound }),
    sub: (a: Bounded, b: Bounded) => ({ value: a.value - b.value, bound: a.bound + b.bound }),
    mul: (a: Bounded, b: Bounded) => ({ value: a.value * b.value, bound: a.bound * b.bound }),
    div: (a: Bounded, b: Bounded) => ({ value: a.value / b.value, bound: (a.bound * b.bound) / b.value ** 2 }),
    min: (a: Bounded, b: Bounded) => larger(a, b, Math.min(a.value, b.value)),
    max: (a: Bounded, b: Bounded) => larger(a, b, Math.max(a.value, b.value)),
  } as unknown as Algebra<Bounded>
  return fold(algebra)
}

describe('factor', () => {
  const products = formulas({
    variables,
    unary: ['neg', 'abs'],
    binary: ['add', 'sub', 'mul', 'mul', 'div', 'div', 'min', 'max'],
    select: false,
  })

  test('keeps the meaning to rounding, 1e-12 of it where nothing cancels', () => {
    fc.assert(
      fc.property(products, environment, (formula, at) => {
        const { value, bound } = bounded(at)(formula)
        fc.pre(Number.isFinite(bound) && bound < 1e100 && Math.abs(value) > 1e-100)
        expect(Math.abs(number(factor(formula))(at) - value)).toBeLessThanOrEqual(1e-12 * bound)
        expect(Math.abs(hoistedValue(factor(formula), at) - value)).toBeLessThanOrEqual(1e-12 * bound)
      }),
      { numRuns: 500 },
    )
  })

  test('never costs more operations an element than the formula has', () => {
    fc.assert(
      fc.property(products, (formula) => {
        const each = (f: Expr) => operations(hoist({ f }).outputs.f)
        // A product of two terms that each had a factor is left as it is: drawing them out could leave float32.
        expect(each(factor(formula))).toBeLessThanOrEqual(2 * each(formula) + 1)
      }),
    )
  })

  test('makes three operations of six where the uniform factors of Adam meet', () => {
    const [m, d] = [variable('m', 'element'), variable('d', 'element')]
    const [c, lr] = [variable('c', 'tree'), variable('lr', 'tree')]
    const step = m.div(c).div(d).mul(lr).neg()
    const each = (f: Expr) => operations(hoist({ f }).outputs.f)
    expect(each(step)).toBe(4)
    expect(each(factor(step))).toBe(2)
  })

  test('leaves other words alone', () => {
    const { delta } = adam().rule?.step ?? {}
    const at = { g: 0.3, m: 0.2, v: 0.4, lr: 0.1, b1: 0.9, b2: 0.999, eps: 1e-8, t: 7 }
    const [plain, factored] = [delta, factor(delta as Expr)].map((f) => number(f as Expr)(at))
    expect(Math.abs((factored as number) / (plain as number) - 1)).toBeLessThan(1e-14)
    expect(Object.keys(arithmetic)).toContain('tanh')
  })
})
