import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { type Expr, elementwise, grad, tree } from 'gradus'
import { useWebgl } from 'gradus/webgl'
import { beforeAll, expect, test } from 'vitest'
import { substitute } from '../../../src/expr/fold.ts'
import { alive } from '../../backends.ts'
import { formulas } from '../../expr/formulas.ts'
import { gaussian } from '../../random.ts'

beforeAll(async () => {
  await tf.setBackend('cpu')
  await useWebgl()
})

/** On small integers these are exact in float32, so that the GPU must give what the CPU gives. */
const exact = formulas(
  {
    variables: { x: 'element', y: 'element', z: 'element' },
    unary: ['neg', 'abs', 'sign', 'isFinite'],
    binary: ['add', 'sub', 'mul', 'min', 'max', 'gt', 'ge', 'lt', 'le', 'eq'],
    select: true,
  },
  3,
)

/** A shape, and three that can be broadcast to it. */
const shapes = fc.array(fc.constantFrom(1, 2, 3, 5, 40), { minLength: 0, maxLength: 4 }).chain((whole) => {
  const one = fc
    .tuple(fc.nat({ max: whole.length }), fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }))
    .map(([drop, ones]) => whole.map((n, i) => (ones[i] ? 1 : n)).slice(drop))
  return fc.tuple(one, one, one)
})

type Three = [tf.Tensor, tf.Tensor, tf.Tensor]

/** What it and its gradient are on a back end, and whether that leaves anything behind. */
const on = async (backend: string, formula: Expr, of: readonly (readonly number[])[], seed: number) => {
  await tf.setBackend(backend)
  const before = alive()
  const next = gaussian(seed)
  const operands = of.map((shape) => {
    const size = shape.reduce((a, b) => a * b, 1)
    const numbers = Float32Array.from({ length: size }, () => Math.round(Math.max(-3, Math.min(3, 1.5 * next()))))
    return tf.tensor(numbers, [...shape])
  }) as Three
  const op = elementwise((x, y, z) => substitute({ x, y, z })(formula))
  const value = op(...operands)
  const slopes = grad((p: Three) => op(...p).sum() as tf.Scalar)(operands)
  const found = [value, ...slopes].map((x) => ({ shape: x.shape, numbers: Array.from(x.dataSync(), (n) => n + 0) }))
  tree.dispose([operands, value, slopes])
  expect(alive()).toEqual(before)
  return found
}

test('on WebGL, any formula of tensors that can be broadcast, and its gradient, are what they are on the CPU', async () => {
  await fc.assert(
    fc.asyncProperty(exact, shapes, fc.integer({ min: 1, max: 1e6 }), async (formula, of, seed) => {
      expect(await on('webgl', formula, of, seed)).toEqual(await on('cpu', formula, of, seed))
    }),
    { numRuns: 40 },
  )
})

test('a formula of more tensors than a shader can read is drawn in parts', async () => {
  await useWebgl()
  const terms = Array.from({ length: 40 }, (_, i) => i)
  const f = (...x: readonly Expr[]) => x.reduce((sum, each, i) => sum.add(each.mul(i + 1)))
  Object.defineProperty(f, 'length', { value: terms.length })
  const sum = elementwise(f)
  const operands = terms.map((i) => tf.tensor1d([i, -i, 1]))
  const found = sum(...(operands as unknown as []))
  const expected = [1, -1, 1].map((sign, k) =>
    terms.reduce((total, i) => total + (i === 0 ? 1 : i + 1) * (k === 2 ? 1 : sign * i), 0),
  )
  expect(Array.from(found.dataSync())).toEqual(expected)
  tree.dispose([operands, found])
})

test('more dimensions than tfjs has on WebGL are drawn, and told of where they would be broadcast', async () => {
  await useWebgl()
  const [x, row] = [tf.ones([1, 2, 1, 1, 2, 1, 3]), tf.ones([3])]
  const sum = elementwise((a, b) => a.add(b))
  const found = sum(x, x)
  expect(Array.from(found.dataSync())).toEqual(Array(12).fill(2))
  expect(() => sum(x, row)).toThrow(
    'elementwise: [3] is to be broadcast to [1,2,1,1,2,1,3], expected 6 dimensions at most',
  )
  tree.dispose([x, row, found])
})
