import { adamw, chain, clipByGlobalNorm, maxOver, sgd, sumOver } from 'gradus'
import { describe, expect, test } from 'vitest'
import { type Expr, variable } from '../../src/expr/expr.ts'
import { program } from '../../src/expr/program.ts'
import { stages } from '../../src/expr/stages.ts'

const g = variable('g', 'element')
const theta = variable('theta', 'element')

const kinds = (formulas: Readonly<Record<string, Expr>>) => new Set(program(formulas).code.map(({ kind }) => kind))
const passes = (formulas: Readonly<Record<string, Expr>>) =>
  stages(formulas).passes.map((pass) => pass.map(({ op, over }) => `${op} over ${over}`))

describe('stages', () => {
  test('of AdamW with clipping by norm are one reduction and one map', () => {
    const { rule } = chain(clipByGlobalNorm(1), adamw())
    expect(passes(rule?.step ?? {})).toEqual([['sum over tree']])
    expect(Object.keys(stages(rule?.step ?? {}).outputs)).toEqual(['1.m', '1.v', 'delta'])
  })

  test('of a formula without reductions are none, and the formula as it is', () => {
    const step = sgd({ lr: 1 }).rule?.step ?? {}
    expect(passes(step)).toEqual([])
    expect(stages(step).outputs).toEqual(step)
  })

  test('leave no reduction in any argument or output', () => {
    const norm = sumOver('tree', g.square()).sqrt()
    const scaled = g.div(norm)
    const { passes, outputs } = stages({ a: scaled.div(maxOver('tensor', scaled.abs())), b: norm })
    expect(kinds(outputs).has('reduce')).toBe(false)
    for (const pass of passes) for (const { arg } of pass) expect(kinds({ arg }).has('reduce')).toBe(false)
  })

  test('put reductions that do not wait for each other into one pass', () => {
    const both = { a: g.div(sumOver('tree', g.square())), b: theta.mul(maxOver('tensor', theta)) }
    expect(passes(both)).toEqual([['sum over tree', 'max over tensor']])
  })

  test('put a reduction of a reduction into a pass after it', () => {
    const scaled = g.div(sumOver('tree', g.square()).sqrt())
    const twice = { a: sumOver('tensor', scaled.abs()).add(maxOver('tree', theta)) }
    expect(passes(twice)).toEqual([['sum over tree', 'max over tree'], ['sum over tensor']])
    const thrice = { a: sumOver('tree', g.mul(sumOver('tensor', g.mul(sumOver('tree', g))))) }
    expect(passes(thrice)).toHaveLength(3)
  })

  test('compute an equal reduction once, wherever it is written', () => {
    const norm = () => sumOver('tree', variable('g', 'element').square()).sqrt()
    expect(passes({ a: g.div(norm()), b: theta.mul(norm()), c: norm() })).toEqual([['sum over tree']])
  })

  test('name the reductions so that no variable of a rule can be meant', () => {
    const { passes, outputs } = stages({ a: sumOver('tree', g), b: maxOver('tree', g) })
    const names = passes.flat().map(({ name }) => name)
    expect(new Set(names).size).toBe(2)
    for (const name of names) expect(name).not.toMatch(/^[A-Za-z_]\w*$/)
    expect(outputs.a?.node).toEqual({ kind: 'variable', name: names[0], varies: 'tree' })
    expect(outputs.b?.varies).toBe('tree')
  })
})
