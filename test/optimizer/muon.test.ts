import * as tf from '@tensorflow/tfjs'
import { adam, type Chain, muon, sgd, tree } from 'gradus'
import { torch } from 'gradus/presets'
import { beforeAll, describe, expect, test } from 'vitest'
import { eigenvectors } from '../../src/optimizer/eigen.ts'
import { backends } from '../backends.ts'
import { distance } from '../close.ts'
import { gaussian, mixed, normal } from '../random.ts'

/** The singular values of a matrix: roots of the eigenvalues of XᵀX. */
const singular = (x: tf.Tensor2D): readonly number[] =>
  tf.tidy(() => {
    const [, n] = x.shape
    const gram = tf.matMul(x, x, true, false)
    const q = tf.tensor2d(Float32Array.from(eigenvectors(Float64Array.from(gram.dataSync()), n)), [n, n])
    return Array.from(tf.matMul(x, q).square().sum(0).sqrt().dataSync())
  })

const deltaOf = (optimizer: ReturnType<typeof muon> | Chain<unknown[]>, params: unknown, grad: unknown) => {
  const state = (optimizer as ReturnType<typeof muon>).init(params as never)
  const [next, delta] = (optimizer as ReturnType<typeof muon>).update(state, grad, 1, { params })
  tree.dispose([state, next])
  return delta as Record<string, tf.Tensor>
}

describe.each(backends)('on %s, muon', (_, set) => {
  beforeAll(set)

  test.each([
    [48, 16],
    [16, 48],
    [20, 20],
  ])('makes the singular values of a %i × %i step nearly equal', (rows, columns) => {
    const next = gaussian(rows)
    const params = { w: tf.zeros([rows, columns]) }
    // Of a square matrix some may be so small that five steps are not enough.
    const grad = {
      w: rows === columns ? normal([rows, columns], next).add(tf.eye(rows).mul(20)) : normal([rows, columns], next),
    }
    const delta = deltaOf(muon({ lr: 1 }), params, grad)
    const scale = Math.sqrt(Math.max(1, columns / rows))
    const values = singular((rows < columns ? tf.transpose(delta.w as tf.Tensor2D) : delta.w) as tf.Tensor2D)
    for (const x of values) {
      expect(x / scale).toBeGreaterThan(0.68)
      expect(x / scale).toBeLessThan(1.14)
    }
  })

  test("takes a convolution's kernel as the matrix of its inputs and outputs, and leaves the rest to others", () => {
    const next = gaussian(3)
    const kernel = normal([3, 3, 2, 5], next)
    const flat = deltaOf(muon(), { k: tf.zeros([18, 5]) }, { k: kernel.reshape([18, 5]) })
    const whole = deltaOf(muon(), { k: tf.zeros([3, 3, 2, 5]) }, { k: kernel })
    expect(distance({ k: whole.k?.reshape([18, 5]) }, flat)).toBe(0)
    const params = mixed()
    const grad = mixed(2)
    const delta = deltaOf(muon({ others: sgd({ lr: 1 }), where: '!dense.1.**' }), params, grad) as never
    const { dense, scale } = delta as typeof params
    const still = tree.map((x) => (x as tf.Tensor).neg(), grad) as typeof params
    expect(
      distance(
        { scale, b: dense[0]?.bias, k: dense[1] },
        { scale: still.scale, b: still.dense[0]?.bias, k: still.dense[1] },
      ),
    ).toBe(0)
    expect(distance(dense[0]?.kernel, still.dense[0]?.kernel)).toBeGreaterThan(0.1)
  })

  test('does not move where the gradient is 0', () => {
    const delta = deltaOf(muon(), { w: tf.ones([4, 3]) }, { w: tf.zeros([4, 3]) })
    expect(Array.from(delta.w?.dataSync() ?? [1]).every((x) => x === 0)).toBe(true)
  })
})

test('of PyTorch is for matrices alone, and says which leaf is none', () => {
  expect(() => torch.muon().init({ a: { b: tf.zeros([3]) } })).toThrow(
    'torch.muon: leaf "a.b" is [3], expected a matrix',
  )
})

test('refuses what is out of range, and an optimizer for the others that is not at θ', () => {
  expect(() => muon({ beta: 1 })).toThrow('muon: beta is 1, expected 0 ≤ beta < 1')
  expect(() => muon({ others: { ...adam(), readout: (_, params) => params } })).toThrow('muon: others has a readout')
  const optimizer = muon({ beta: () => 2 })
  const params = { w: tf.ones([2, 2]) }
  expect(() => optimizer.update(optimizer.init(params), params, 1, { params })).toThrow('muon: beta is 2 at t = 1')
})
