import {
  adamw,
  chain,
  clipByBlockRms,
  clipByGlobalNorm,
  latex,
  maxOver,
  rule,
  scaleByAdam,
  select,
  sgd,
  trace,
} from 'gradus'
import { describe, expect, test } from 'vitest'
import { BINARY, type Expr, literal, UNARY, variable } from '../../src/expr/expr.ts'
import { symbol } from '../../src/expr/latex.ts'
import { everyWord } from '../everyword.ts'
import { opaque } from '../optimizer/laws.ts'

const lines = (tex: string) =>
  tex
    .replace('\\begin{aligned}\n', '')
    .replace('\n\\end{aligned}', '')
    .split(' \\\\\n')
    .map((line) => line.replace(' &= ', ' = '))

const printed = (formula: Expr) =>
  lines(latex(rule({ name: 'x', hyper: { lr: 1, b1: 0.5 }, step: () => ({ delta: formula }) })))[0]?.replace(
    '\\Delta\\theta_{t} = ',
    '',
  )

const g = variable('g', 'element')
const theta = variable('theta', 'element')
const lr = variable('lr', 'tree')
const t = variable('t', 'tree')

describe('latex', () => {
  test('of scaleByAdam is Algorithm 1', () => {
    expect(lines(latex(scaleByAdam()))).toEqual([
      'm_{t} = \\beta_{1}\\,m_{t-1} + \\left(1 - \\beta_{1}\\right)\\,g_{t}',
      'v_{t} = \\beta_{2}\\,v_{t-1} + \\left(1 - \\beta_{2}\\right)\\,g_{t}^2',
      '\\Delta\\theta_{t} = \\frac{\\frac{m_{t}}{1 - \\beta_{1}^{t}}}{\\sqrt{\\frac{v_{t}}{1 - \\beta_{2}^{t}}} + \\varepsilon}',
    ])
  })

  test('of AdamW with clipping says what is computed once, once', () => {
    expect(lines(latex(chain(clipByGlobalNorm(1), adamw())))).toMatchInlineSnapshot(`
      [
        "u_{1} = \\min\\left(1, \\frac{c}{\\sqrt{\\sum_{\\text{all}} g_{t}^2}}\\right)\\,g_{t}",
        "m_{t} = \\beta_{1}\\,m_{t-1} + \\left(1 - \\beta_{1}\\right)\\,u_{1}",
        "v_{t} = \\beta_{2}\\,v_{t-1} + \\left(1 - \\beta_{2}\\right)\\,u_{1}^2",
        "\\Delta\\theta_{t} = -\\eta\\,\\left(\\frac{\\frac{m_{t}}{1 - \\beta_{1}^{t}}}{\\sqrt{\\frac{v_{t}}{1 - \\beta_{2}^{t}}} + \\varepsilon} + \\lambda\\,\\theta_{t-1}\\right)",
      ]
    `)
  })

  test('of sgd is one line', () => {
    expect(latex(sgd({ lr: 1 }))).toBe('\\begin{aligned}\n\\Delta\\theta_{t} &= -\\eta\\,g_{t}\n\\end{aligned}')
  })

  test('tells parts of a chain that have the same letter apart', () => {
    const tex = latex(chain(scaleByAdam(), scaleByAdam()))
    expect(tex).toContain('m_{t}^{(0)}')
    expect(tex).toContain('m_{t}^{(1)}')
    expect(latex(chain(clipByGlobalNorm(1), scaleByAdam()))).not.toContain('^{(')
  })

  test('has brackets where they are needed, and only there', () => {
    expect(printed(g.add(1).mul(theta.sub(lr)))).toBe('\\left(\\theta_{t-1} - \\eta\\right)\\,\\left(g_{t} + 1\\right)')
    expect(printed(g.sub(theta.sub(lr)))).toBe('g_{t} - \\left(\\theta_{t-1} - \\eta\\right)')
    expect(printed(g.add(theta).sub(lr))).toBe('g_{t} + \\theta_{t-1} - \\eta')
    expect(printed(g.add(theta.neg()))).toBe('g_{t} -\\theta_{t-1}')
    expect(printed(g.neg().square())).toBe('\\left(-g_{t}\\right)^2')
    expect(printed(g.add(theta).pow(t))).toBe('\\left(g_{t} + \\theta_{t-1}\\right)^{t}')
    expect(printed(g.pow(lr).pow(t))).toBe('\\left(g_{t}^{\\eta}\\right)^{t}')
    expect(printed(g.mul(theta).neg())).toBe('-\\theta_{t-1}\\,g_{t}')
    expect(printed(g.add(theta).sign())).toBe('\\operatorname{sign} \\left(g_{t} + \\theta_{t-1}\\right)')
    expect(printed(g.div(theta.add(1)))).toBe('\\frac{g_{t}}{\\theta_{t-1} + 1}')
  })

  test('has numbers as one writes them', () => {
    expect(printed(literal(0.001))).toBe('0.001')
    expect(printed(literal(1e-8))).toBe('10^{-8}')
    expect(printed(literal(2.5e-7))).toBe('2.5\\cdot10^{-7}')
    expect(printed(literal(Infinity))).toBe('\\infty')
    expect(printed(g.sub(-2))).toBe('g_{t} - \\left(-2\\right)')
  })

  test('has cases, comparisons and reductions', () => {
    expect(printed(select(g.gt(0), 1, theta))).toBe(
      '\\begin{cases} 1 & \\text{if } \\left[g_{t} > 0\\right] \\\\ \\theta_{t-1} & \\text{otherwise} \\end{cases}',
    )
    expect(printed(maxOver('tree', g.abs()))).toBe('\\max_{\\text{all}} \\left|g_{t}\\right|')
  })

  test.each([...UNARY, ...BINARY, 'select'] as const)('can say %s, with balanced braces', (op) => {
    const words: Readonly<Record<string, Expr>> = {
      ...Object.fromEntries(UNARY.map((word) => [word, g.add(1)[word]()])),
      ...Object.fromEntries(BINARY.map((word) => [word, g.add(1)[word](theta.add(2))])),
      select: select(g.add(1), g, theta),
    }
    const tex = printed(words[op] as Expr) ?? ''
    expect(tex).not.toMatch(/undefined|NaN|\[object/)
    expect(tex.split('{').length).toBe(tex.split('}').length)
    expect(tex.split('\\left').length).toBe(tex.split('\\right').length)
  })

  test('of everyWord has a line for each slot and for Δθ, and shared terms before they are used', () => {
    const all = lines(latex(everyWord))
    const names = all.map((line) => line.slice(0, line.indexOf(' = ')))
    expect(names.slice(-6)).toEqual([
      'm_{t}',
      'v_{t}',
      '\\mathrm{anchor}_{t}',
      '\\mathrm{size}_{t}',
      '\\mathrm{peak}_{t}',
      '\\Delta\\theta_{t}',
    ])
    const shared = names.slice(0, -6)
    expect(shared).toEqual(shared.map((_, i) => `u_{${i + 1}}`))
    for (const [i, name] of shared.entries())
      for (const line of all.slice(0, i + 1)) expect(line.slice(line.indexOf(' = '))).not.toContain(name)
  })

  test('says a delta that is a slot’s next value by its name, and the number of elements as n', () => {
    expect(lines(latex(trace()))).toEqual(['m_{t} = \\beta\\,m_{t-1} + g_{t}', '\\Delta\\theta_{t} = m_{t}'])
    expect(latex(clipByBlockRms(1))).toContain('n_{\\text{tensor}}')
  })

  test('is there for formulas only', () => {
    expect(() => latex(opaque(sgd({ lr: 1 })))).toThrow(
      'latex: the optimizer has no rule, expected one that is a formula',
    )
  })
})

describe('symbol', () => {
  test('is the letter of the papers', () => {
    const names = ['lr', 'b1', 'b2', 'eps', 'weightDecay', 'theta', 'm', 'v2', 'rate', 'G', 'beta']
    expect(names.map((name) => symbol(name))).toEqual([
      '\\eta',
      '\\beta_{1}',
      '\\beta_{2}',
      '\\varepsilon',
      '\\lambda',
      '\\theta',
      'm',
      'v_{2}',
      '\\mathrm{rate}',
      'G',
      '\\beta',
    ])
  })

  test('has its index after its digits, and no part of a chain', () => {
    expect(symbol('1.m', 't')).toBe('m_{t}')
    expect(symbol('s3', 't-1')).toBe('s_{3,t-1}')
  })
})
