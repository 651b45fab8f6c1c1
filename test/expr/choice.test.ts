import { describe, expect, test } from 'vitest'
import { choices, decided } from '../../src/expr/choice.ts'
import { literal, select, variable } from '../../src/expr/expr.ts'
import { program, variables } from '../../src/expr/program.ts'

const m = variable('m', 'element')
const g = variable('g', 'element')
const t = variable('t', 'tree')
const rate = variable('rate', 'tensor')

describe('choices', () => {
  test('are the conditions that do not vary by element, each once', () => {
    const f = select(t.gt(1), m, g)
      .add(select(t.gt(1), g, 0))
      .mul(select(rate.eq(0), g, select(g.gt(0), m, 0)))
    expect(choices({ f }).map((c) => program({ c }).code.length)).toEqual([3, 3])
  })

  test('leave a select of equal numbers to the host', () => {
    expect(choices({ f: g.mul(select(t.gt(1), 0.1, 0.2)) })).toEqual([])
  })
})

describe('decided', () => {
  const of = (f: typeof m, holds: boolean) => decided({ f }, choices({ f }), [holds]).f as typeof m

  test('reads nothing of the other branch', () => {
    const f = select(t.gt(1), m.mul(2), g)
    expect(variables({ f: of(f, true) })).toEqual(['m'])
    expect(variables({ f: of(f, false) })).toEqual(['g'])
  })

  test('leaves out what is nothing', () => {
    const delta = select(t.gt(1), g, 0).mul(variable('lr', 'tree')).neg()
    expect(of(m.add(delta), false)).toBe(m)
    expect(of(literal(0).add(delta), false).node).toEqual({ kind: 'number', value: 0 })
  })

  test('keeps 0 times an element, which may be infinite', () => {
    expect(variables({ f: of(select(t.gt(1), g, 0).mul(m), false) })).toEqual(['m'])
  })
})
