import * as tf from '@tensorflow/tfjs'
import { adam, soap, tree } from 'gradus'
import { beforeAll, describe, expect, test } from 'vitest'
import { eigenvectors, orthonormal } from '../../src/optimizer/eigen.ts'
import { backends } from '../backends.ts'
import { distance } from '../close.ts'
import { gaussian, normal } from '../random.ts'

type Matrix = Float64Array

const product = (a: Matrix, b: Matrix, n: number): Matrix =>
  Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n]
    return Array.from({ length: n }, (_, k) => (a[i * n + k] as number) * (b[k * n + j] as number)).reduce(
      (x, y) => x + y,
      0,
    )
  })
const turned = (a: Matrix, n: number): Matrix => a.map((_, at) => a[(at % n) * n + Math.floor(at / n)] as number)
const identity = (n: number): Matrix => Float64Array.from({ length: n * n }, (_, at) => (at % (n + 1) === 0 ? 1 : 0))
const random = (n: number, seed: number): Matrix => Float64Array.from({ length: n * n }, gaussian(seed))
const farthest = (a: Matrix, b: Matrix): number => Math.max(...a.map((x, i) => Math.abs(x - (b[i] as number))))

test.each([1, 2, 5, 30])('eigenvectors of %i rows are orthonormal, and make the matrix diagonal and falling', (n) => {
  const g = random(n, n)
  const a = product(g, turned(g, n), n)
  const q = eigenvectors(a, n)
  expect(farthest(product(turned(q, n), q, n), identity(n))).toBeLessThan(1e-12)
  const d = product(turned(q, n), product(a, q, n), n)
  const values = Array.from({ length: n }, (_, i) => d[i * (n + 1)] as number)
  expect(values).toEqual([...values].sort((x, y) => y - x))
  expect(
    farthest(
      d,
      d.map((x, at) => (at % (n + 1) === 0 ? x : 0)),
    ),
  ).toBeLessThan(1e-11 * (values[0] as number))
})

test.each([1, 2, 5, 30])(
  'a basis of %i columns is orthonormal and spans as they do, even if they depend on each other',
  (n) => {
    const a = random(n, n)
    const q = orthonormal(a, n)
    expect(farthest(product(turned(q, n), q, n), identity(n))).toBeLessThan(1e-13)
    const r = product(turned(q, n), a, n)
    for (let i = 0; i < n; i++) {
      expect(r[i * (n + 1)]).toBeGreaterThan(0)
      for (let j = 0; j < i; j++) expect(Math.abs(r[i * n + j] as number)).toBeLessThan(1e-12)
    }
    const flat = orthonormal(new Float64Array(n * n), n)
    expect(farthest(product(turned(flat, n), flat, n), identity(n))).toBeLessThan(1e-13)
  },
)

describe.each(backends)('on %s, soap', (_, set) => {
  beforeAll(set)

  const steps = <S>(
    optimizer: { init(p: never): S; update(...args: never[]): readonly [S, unknown] },
    grads: readonly object[],
    first: number,
  ) => {
    const params = { w: tf.ones([4, 6]), b: tf.ones([3]) }
    let state = optimizer.init(params as never)
    return grads.map((grad, i) => {
      const [next, delta] = optimizer.update(...([state, grad, first + i, { params }] as never[]))
      state = next
      return delta
    })
  }
  const gradients = (n: number) => {
    const next = gaussian(2)
    return Array.from({ length: n }, () => ({ w: normal([4, 6], next), b: normal([3], next) }))
  }

  test('is Adam, one update late, where no basis is turned', () => {
    const grads = gradients(6)
    const [first, ...later] = steps(soap({ lr: 0.1, b1: 0.9, b2: 0.99, weightDecay: 0, maxSize: 0 }) as never, grads, 1)
    expect(distance(first, { w: tf.zeros([4, 6]), b: tf.zeros([3]) })).toBe(0)
    expect(distance(later, steps(adam({ lr: 0.1, b1: 0.9, b2: 0.99 }) as never, grads.slice(1), 1))).toBeLessThan(1e-5)
  })

  test('turns its steps as the gradients are turned', () => {
    // One side alone: what the other one makes of directions that no gradient has is anybody's guess.
    const q = tf.tensor2d(Float32Array.from(orthonormal(random(4, 8), 4)), [4, 4])
    const grads = gradients(9)
    const rotated = grads.map(({ w, b }) => ({ w: tf.matMul(q, w as tf.Tensor2D), b }))
    const optimizer = soap({ lr: 1, every: 2, weightDecay: 0, maxSize: 4 })
    const plain = steps(optimizer as never, grads, 1) as { w: tf.Tensor2D }[]
    const turnedBack = (steps(optimizer as never, rotated, 1) as { w: tf.Tensor2D }[]).map(({ w }) =>
      tf.matMul(q, w, true),
    )
    expect(
      distance(
        turnedBack,
        plain.map(({ w }) => w),
      ),
    ).toBeLessThan(0.02)
    tree.dispose([q, grads, rotated, plain, turnedBack])
  })
})
