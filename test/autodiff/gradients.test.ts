import * as tf from '@tensorflow/tfjs'
import { grad } from 'gradus'
import { beforeEach, describe, expect, test } from 'vitest'
import { alive, backends } from '../backends.ts'

const numbers = (x: tf.Tensor): number[] => Array.from(x.dataSync())
const ofVector = (f: (x: tf.Tensor) => tf.Tensor, x: readonly number[]): number[] =>
  tf.tidy(() => numbers(tf.grad(f)(tf.tensor1d([...x]))))

describe.each(backends)('on %s', (name, set) => {
  beforeEach(set)

  describe('the order of the tape', () => {
    const sum = (f: (x: tf.Tensor) => tf.Tensor) => (x: tf.Tensor) => tf.sum(f(x))
    const f = (x: tf.Tensor): tf.Tensor => x.exp().square().sum()

    test('keeps what a saved output comes from, to any order', () => {
      const before = alive()
      tf.tidy(() => {
        const x = tf.tensor1d([0, 0.5])
        for (const [n, of] of [tf.grad(f), tf.grad(sum(tf.grad(f))), tf.grad(sum(tf.grad(sum(tf.grad(f)))))].entries())
          for (const [i, found] of numbers(of(x)).entries())
            expect(found / (2 ** (n + 1) * Math.exp(i))).toBeCloseTo(1, 5)
      })
      expect(alive()).toEqual(before)
    })

    test('within an inner gradient step, as learning to learn takes them', () => {
      // φ = θ − ½·∇L(θ), twice, L = Σ exp θ: dL(φ)/dθ = exp φ · Π (1 − ½·exp θᵢ)
      const inner = (x: tf.Tensor): tf.Tensor =>
        x.sub(
          tf
            .grad((p: tf.Tensor) => p.exp().sum())(x)
            .mul(0.5),
        )
      const found = ofVector((x) => inner(inner(x)).exp().sum(), [0.1, -0.3])
      for (const [i, x] of [0.1, -0.3].entries()) {
        const y = x - Math.exp(x) / 2
        const z = y - Math.exp(y) / 2
        expect(found[i]).toBeCloseTo(Math.exp(z) * (1 - Math.exp(x) / 2) * (1 - Math.exp(y) / 2), 5)
      }
    })

    test('leaves nothing where a gradient of gradients throws in the middle', () => {
      const x = tf.tensor1d([1, 2])
      const before = alive()
      const bad = (p: tf.Tensor): tf.Scalar => {
        const g = tf.grad(f)(p)
        if (g.size > 0) throw new Error('in the middle')
        return g.sum()
      }
      expect(() => grad(bad)(x)).toThrow('in the middle')
      expect(alive()).toEqual(before)
      x.dispose()
    })
  })

  describe('at a kink', () => {
    test('|x| has slope 0, relu and relu6 0 at 0, relu6 1 at 6, elu 1, clip 1 at its bounds', () => {
      expect(ofVector((x) => x.abs().sum(), [-2, 0, 3])).toEqual([-1, 0, 1])
      expect(ofVector((x) => x.relu().sum(), [0])).toEqual([0])
      expect(ofVector((x) => x.relu6().sum(), [0, 6])).toEqual([0, 1])
      expect(ofVector((x) => x.elu().sum(), [0])).toEqual([1])
      expect(ofVector((x) => x.clipByValue(-1, 1).sum(), [-1, 1, 1.5])).toEqual([1, 1, 0])
    })

    test('equal largest and smallest ones share evenly', () => {
      expect(ofVector((x) => x.max(), [3, 1, 3, 3])).toEqual([1 / 3, 0, 1 / 3, 1 / 3].map(Math.fround))
      expect(ofVector((x) => x.min(), [1, 1, 3])).toEqual([0.5, 0.5, 0])
    })

    test('the first of equal ones in a pool (tfjs’s WebGL kernel: the last), or of two', () => {
      const pooled = (x: tf.Tensor) => tf.maxPool(x.reshape([1, 2, 2, 1]) as tf.Tensor4D, 2, 2, 'valid').sum()
      const last = name === 'webgl' ? [0, 0, 0, 1] : undefined
      expect(ofVector(pooled, [1, 5, 5, 5])).toEqual(last ?? [0, 1, 0, 0])
      expect(ofVector(pooled, [-7, -9, -5, -5])).toEqual(last ?? [0, 0, 1, 0])
      expect(ofVector((x) => tf.maximum(x, tf.tensor1d([1, 2])).sum(), [1, 1])).toEqual([1, 0])
    })

    test('powers at 0 are finite, to the third derivative', () => {
      const square = (x: tf.Tensor): tf.Tensor => tf.pow(x, 2).sum()
      const first = (x: tf.Tensor): tf.Tensor => tf.grad(square)(x).sum()
      const second = (x: tf.Tensor): tf.Tensor => tf.grad(first)(x).sum()
      const [at0, at3] = [0, 1].map((i) => [square, first, second].map((f) => ofVector(f, [0, 3])[i] as number))
      expect(at0).toEqual([0, 2, 0])
      // 2 · 3¹, on a GPU by 2^log₂.
      expect(at3?.map((x) => Math.round(x * 1e5) / 1e5)).toEqual([6, 2, 0])
    })

    test('products know what the others are where a factor is 0', () => {
      expect(ofVector((x) => x.prod(), [2, 0, 3])).toEqual([0, 6, 0])
      expect(ofVector((x) => tf.cumprod(x).sum(), [2, 0, 3])).toEqual([1, 8, 0])
      expect(
        ofVector(
          (x) =>
            tf
              .grad((p: tf.Tensor) => p.prod())(x)
              .sum(),
          [2, 0, 3],
        ),
      ).toEqual([3, 5, 2])
    })
  })

  test('a cast to whole numbers has slope 0, one to floats 1', () => {
    expect(ofVector((x) => x.cast('int32').cast('float32').add(x.cast('float32')).sum(), [1.5, -2.5])).toEqual([1, 1])
  })

  test('selu is finite far out, in its second derivative too', () => {
    expect(
      ofVector(
        (x) =>
          tf
            .grad((p: tf.Tensor) => p.selu().sum())(x)
            .sum(),
        [100, 300],
      ),
    ).toEqual([0, 0])
  })

  test('the cross-entropy of labels that do not sum to 1', () => {
    const labels = tf.tensor2d([[0.5, 0.1, 0]])
    const cost = (z: tf.Tensor) => tf.losses.softmaxCrossEntropy(labels, z.reshape([1, 3]))
    const found = ofVector(cost, [0, 0, 0])
    for (const [i, expected] of [0.2 - 0.5, 0.2 - 0.1, 0.2].entries()) expect(found[i]).toBeCloseTo(expected, 5)
    labels.dispose()
  })
})
