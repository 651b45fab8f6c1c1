import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { type Arrays, type Optimizer, rule, simulate, tree } from 'gradus'
import { useWasm } from 'gradus/wasm'
import { beforeAll, describe, expect, test } from 'vitest'
import { BINARY, UNARY, variable } from '../../src/expr/expr.ts'
import { substitute } from '../../src/expr/fold.ts'
import { formulas } from './formulas.ts'

beforeAll(() => useWasm())

/**
 * On small integers float32 arithmetic is exact, so the kernel of a formula must give what float64 gives, whatever the
 * formula is, in vectors and in the tail.
 */
const language = {
  variables: { g: 'element', theta: 'element', m: 'element', leaf: 'tensor', s: 'tensor', t: 'tree', h: 'tree' },
  unary: ['neg', 'abs', 'sign', 'isFinite'],
  binary: ['add', 'sub', 'mul', 'min', 'max', 'gt', 'ge', 'lt', 'le', 'eq'],
  select: true,
} as const
const formula = formulas(language, 3)
/** What the first update means. */
const meaningOf = (optimizer: Optimizer, params: Arrays, grad: Arrays) => {
  for (const first of simulate(optimizer, params, [grad])) return first
  throw new Error('there is a first update')
}
const numbersOf = (x: unknown): number[] =>
  tree.tensors(x).length > 0
    ? tree.tensors(x).flatMap((leaf) => [...leaf.dataSync()])
    : tree.leaves(x as Arrays).flatMap((leaf) => [...leaf])

const integers = (n: number) => fc.array(fc.integer({ min: -3, max: 3 }), { minLength: n, maxLength: n })

describe('the kernel of a random formula', () => {
  test('computes it, with its slots', () => {
    fc.assert(
      fc.property(formula, formula, integers(11), integers(11), (delta, next, thetas, gradients) => {
        const optimizer = rule({
          name: 'random',
          hyper: { h: 2 },
          slots: { m: 1, s: { per: 'tensor', start: 2 } },
          leaf: { leaf: (path) => path.length },
          step: ({ s, ...symbols }) => {
            const read = substitute({ ...symbols, s })
            return { delta: read(delta), m: read(next), s: s.add(1) }
          },
        })
        const numbers = { a: thetas.slice(0, 4), bc: thetas.slice(4) }
        const grads = { a: gradients.slice(0, 4), bc: gradients.slice(4) }
        const arrays = (x: typeof numbers) => ({ a: Float64Array.from(x.a), bc: Float64Array.from(x.bc) })
        const tensors = (x: typeof numbers) => ({ a: tf.tensor1d(x.a), bc: tf.tensor1d(x.bc) })
        const meaning = meaningOf(optimizer, arrays(numbers), arrays(grads))
        const [params, grad] = [tensors(numbers), tensors(grads)]
        const start = optimizer.init(params)
        const [state, step] = optimizer.update(start, grad, 1, { params })
        // 0 and −0 are one number.
        const found = numbersOf([step, state.m]).map((x) => x + 0)
        expect(found).toEqual(numbersOf([meaning.delta, (meaning.state as { m: Arrays }).m]).map((x) => x + 0))
        tree.dispose([params, grad, start, state, step])
      }),
      { numRuns: 150 },
    )
  })
})

test('a formula of every single word is compiled, in vectors and in the tail, to what it means', () => {
  const [g, theta] = [variable('g', 'element'), variable('theta', 'element')]
  const numbers = [-2.5, -1, -0.25, 0, 0.125, 0.75, 1, 1.5, 3, 10, -10, 0.5, 2]
  const params = tf.tensor1d(numbers)
  const grad = tf.tensor1d([...numbers].reverse())
  for (const op of [...UNARY, ...BINARY]) {
    const delta = (UNARY as readonly string[]).includes(op) ? g[op as 'neg']() : g[op as 'add'](theta)
    const optimizer = rule({ name: op, step: () => ({ delta }) })
    const meaning = meaningOf(optimizer, Float64Array.from(numbers), Float64Array.from(numbers).reverse())
    const [, found] = optimizer.update({}, grad, 1, { params })
    for (const [i, x] of found.dataSync().entries()) {
      const expected = (meaning.delta as Float64Array)[i] as number
      if (Number.isFinite(expected)) expect(Math.abs(x - expected)).toBeLessThanOrEqual(2 ** -23 * Math.abs(expected))
      else expect(x).toBe(expected)
    }
    found.dispose()
  }
  tree.dispose([params, grad])
})

test('a formula means in the kernel what it means, of NaN, infinities and −0', () => {
  const odd = [Number.NaN, Infinity, -Infinity, 0, -0, 1, -1]
  const pairs = odd.flatMap((a) => odd.map((b) => [a, b] as const))
  const [g, theta] = [variable('g', 'element'), variable('theta', 'element')]
  const grad = tf.tensor1d(pairs.map(([a]) => a))
  const params = tf.tensor1d(pairs.map(([, b]) => b))
  for (const op of [...UNARY, ...BINARY, 'select'] as const) {
    const delta =
      op === 'select'
        ? g.select(theta, 2)
        : (UNARY as readonly string[]).includes(op)
          ? g[op as 'neg']()
          : g[op as 'add'](theta)
    const optimizer = rule({ name: op, step: () => ({ delta }) })
    const arrays = { g: Float64Array.from(pairs, ([a]) => a), theta: Float64Array.from(pairs, ([, b]) => b) }
    const meaning = meaningOf(optimizer, arrays.theta, arrays.g)
    const [, found] = optimizer.update({}, grad, 1, { params })
    const expected = numbersOf(meaning.delta).map(Math.fround)
    expect([op, ...[...found.dataSync()].map((x) => x + 0)]).toEqual([op, ...expected.map((x) => x + 0)])
    found.dispose()
  }
  tree.dispose([params, grad])
})

test('a cube root is one of every size, and what the power is of 0, infinity and below 0', () => {
  const root = rule({ name: 'root', step: ({ g }) => ({ delta: g.pow(1 / 3) }) })
  const sizes = Float32Array.from({ length: 4000 }, (_, i) => 1.37 * 2 ** (-126 + 252 * (i / 4000)))
  const odd = [0, Infinity, -1, Number.NaN]
  const x = tf.tensor1d([...sizes, ...odd])
  const [, delta] = root.update({}, x, 1, { params: x })
  const found = Array.from(delta.dataSync())
  expect(
    Math.max(...Array.from(sizes, (size, i) => Math.abs((found[i] as number) / Math.cbrt(size) - 1))),
  ).toBeLessThan(2.4e-7)
  expect(found.slice(-4)).toEqual([0, Infinity, Number.NaN, Number.NaN])
  tree.dispose([x, delta])
})
