import '@tensorflow/tfjs'
import fc from 'fast-check'
import { useWasm } from 'gradus/wasm'
import { beforeAll, describe, expect, test } from 'vitest'
import { einsumKernel } from '../../../src/autodiff/kernels/einsum.ts'
import { alive } from '../../backends.ts'
import { magnitudes, numbers } from '../../convolved.ts'
import { confined } from '../../heap.ts'
import { apart, largest, lineOf, type Numbers, onCpu, onWasm } from '../../oncpu.ts'

beforeAll(() => useWasm())

const einsum = (equation: string, operands: readonly Numbers[]) => ['Einsum', operands, { equation }] as const

/** The equation as it says, in float64. */
const meaning = (equation: string, operands: readonly Numbers[]): Numbers => {
  const [given = '', result = ''] = equation.split('->')
  const terms = given.split(',')
  const sizes = new Map(terms.flatMap((term, i) => [...term].map((axis, j) => [axis, operands[i]?.shape[j] as number])))
  const axes = [...new Set([...result, ...terms.join('')])]
  const shape = [...result].map((axis) => sizes.get(axis) as number)
  const values = new Float64Array(shape.reduce((a, b) => a * b, 1))
  const place = (term: string, at: ReadonlyMap<string, number>) =>
    [...term].reduce((n, axis) => n * (sizes.get(axis) as number) + (at.get(axis) as number), 0)
  const visit = (depth: number, at: Map<string, number>): void => {
    const axis = axes[depth]
    if (axis === undefined) {
      const here = place(result, at)
      const product = terms.reduce((x, term, i) => x * (operands[i]?.values[place(term, at)] as number), 1)
      values[here] = (values[here] as number) + product
      return
    }
    for (let i = 0; i < (sizes.get(axis) as number); i++) visit(depth + 1, at.set(axis, i))
  }
  visit(0, new Map())
  return { shape, values }
}

const operandsOf = (equation: string, size: (axis: string) => number, seed: number): readonly Numbers[] =>
  (equation.split('->')[0] as string).split(',').map((term, i) =>
    numbers(
      [...term].map((axis) => size(axis)),
      seed + i,
    ),
  )

const expectMeant = (equation: string, operands: readonly Numbers[]): void => {
  const scale = largest(meaning(equation, operands.map(magnitudes)))
  const made = onWasm(...einsum(equation, operands))
  expect([equation, apart(made, meaning(equation, operands), scale) < 1e-5]).toEqual([equation, true])
}

/** Any axes in any order, of which any are in the result. */
const equations = fc.array(fc.constantFrom('a', 'b', 'left', 'both'), { minLength: 0, maxLength: 5 }).chain((whose) => {
  const axes = [...'ijklm'].slice(0, whose.length)
  const order = (kept: readonly string[]) => fc.shuffledSubarray([...kept], { minLength: kept.length })
  const of = (x: string) =>
    axes.filter((_, i) => whose[i] === x || whose[i] === 'both' || (x === 'a' && whose[i] === 'left'))
  return fc.tuple(order(of('a')), order(of('b')), fc.shuffledSubarray(axes), fc.boolean()).map(([a, b, out, one]) => {
    const result = one ? out.filter((axis) => a.includes(axis)) : out
    return `${a.join('')}${one ? '' : `,${b.join('')}`}->${result.join('')}`
  })
})

describe('einsum', () => {
  test('makes what the equation says, for any equation of one or two operands', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 5, maxLength: 5 })
    fc.assert(
      fc.property(equations, sizes, fc.integer({ min: 0, max: 2 ** 30 }), (equation, all, seed) => {
        const size = (axis: string) =>
          (all['ijklm'.indexOf(axis)] === 0 && seed % 5 ? 1 : all['ijklm'.indexOf(axis)]) as number
        expectMeant(equation, operandsOf(equation, size, seed))
      }),
      { numRuns: 600 },
    )
  })

  const LARGE = { b: 3, h: 2, t: 21, s: 19, d: 17, i: 40, j: 33, k: 50 } as Readonly<Record<string, number>>

  test.each([
    'ij,jk->ik',
    'ij,jk->ki',
    'ji,kj->ik',
    'bthd,bshd->bhts',
    'bhts,bshd->bthd',
    'bhts,bthd->bshd',
    'bij,jk->bik',
    'bij,bik->jk',
    'bi,bi->b',
    'i,j->ij',
    'bti,->itb',
    'bij->ji',
    'bijk->',
  ])('%s, as on the CPU back end', (equation) => {
    const operands = operandsOf(equation, (axis) => LARGE[axis] as number, 1)
    expectMeant(equation, operands)
    const scale = largest(meaning(equation, operands.map(magnitudes)))
    expect(apart(onWasm(...einsum(equation, operands)), onCpu(...einsum(equation, operands)), scale)).toBeLessThan(1e-5)
  })

  test('counts an operand that has no axis that is summed, which the CPU back end forgets', () => {
    expectMeant(
      'ij,k->ik',
      operandsOf('ij,k->ik', () => 4, 3),
    )
    expectMeant(
      'ij,jk->',
      operandsOf('ij,jk->', () => 4, 3),
    )
  })

  test('refuses what tfjs refuses, in one line, and leaves nothing', () => {
    const matrix = numbers([3, 3], 1)
    const before = alive()
    const said = (equation: string, ...operands: readonly Numbers[]) =>
      lineOf(() => onWasm(...einsum(equation, operands)))
    expect(said('ii->i', matrix)).toMatch(/^einsum: Found duplicate axes in input component ii/)
    expect(said('i...->i', matrix)).toMatch(/^einsum: The ellipsis/)
    expect(said('ij', matrix)).toBe('einsum: Equations without an arrow are not supported.')
    expect(said('ij,jk,kl->il', matrix, matrix, matrix)).toMatch(/^einsum: Support for more than 2/)
    expect(said('ij,jk->ik', matrix)).toBe('einsum: Expected 2 input tensors, received 1')
    expect(said('ij->k', matrix)).toMatch(/^einsum: Output subscripts contain the label k/)
    expect(said('ij->ii', matrix)).toBe('einsum: "ij->ii", expected each axis once in the result')
    expect(said('ij,jk->ik', matrix, numbers([2, 3], 1))).toMatch(/^einsum: Expected dimension 3/)
    expect(said('ijk->k', matrix)).toBe('einsum: operand 0 of "ijk->k" is [3,3], expected 3 axes')
    expect(said('ij->j', { ...matrix, dtype: 'int32' })).toBe('einsum: operand 0 is int32, expected float32')
    expect(alive()).toEqual(before)
  })

  test.each(['ij,jk->ik', 'ij,jk->ki', 'ji,jk->ik', 'bthd,bshd->bhts', 'bhts,bshd->bthd', 'bi,bi->b', 'bij,bj->bi'])(
    '%s reads and writes nothing outside',
    (equation) => {
      for (const last of ['0', '1', 'out'])
        for (const shared of [false, true]) {
          const operands = operandsOf(equation, (axis) => LARGE[axis] as number, 5)
          const made = onWasm(...einsum(equation, operands))
          expect(
            confined(einsumKernel, Object.fromEntries(operands.map((x, i) => [i, x])), { equation }, last, shared),
          ).toEqual({ made, confined: true })
        }
    },
  )

  test('leaves nothing behind', () => {
    const all = ['ij,jk->ki', 'ij->ij', 'ij->ji', 'ij->', 'ijk,kl->lj', 'bij,bkj->kbi', 'i,j->ji', 'ij,jk->']
    const once = () => {
      for (const equation of all)
        onWasm(
          ...einsum(
            equation,
            operandsOf(equation, () => 3, 1),
          ),
        )
    }
    once()
    const before = alive()
    for (let i = 0; i < 10; i++) once()
    expect(alive()).toEqual(before)
  })
})
