import * as tf from '@tensorflow/tfjs'
import { grad, tree, valueAndGrad } from 'gradus'
import { beforeEach, describe, expect, expectTypeOf, test } from 'vitest'
import { alive, backends } from '../backends.ts'

const values = (x: tf.Tensor) => Array.from(x.dataSync())
const scalar = (x: tf.Tensor) => x as tf.Scalar

describe.each(backends)('on %s, the gradient', (_, set) => {
  beforeEach(set)

  test('is a tree like the first argument, and the loss is the value', () => {
    const params = { a: tf.tensor1d([1, 2]), deep: [{ b: tf.scalar(3) }] }
    const f = (p: typeof params) =>
      scalar(
        p.a
          .square()
          .sum()
          .mul(p.deep[0]?.b as tf.Scalar),
      )
    const [loss, g] = valueAndGrad(f)(params)
    expectTypeOf(g).toEqualTypeOf<typeof params>()
    expectTypeOf(loss).toEqualTypeOf<tf.Scalar>()
    expect(values(loss)).toEqual([15])
    expect(values(g.a)).toEqual([6, 12])
    expect(values(g.deep[0]?.b as tf.Scalar)).toEqual([5])
    const alone = grad(f)(params)
    expect(values(alone.a)).toEqual([6, 12])
    tree.dispose([params, loss, g, alone])
  })

  test('of a leaf that the loss does not use is zero', () => {
    const params = { used: tf.tensor1d([2]), not: tf.tensor2d([[1, 2, 3]]), none: tf.zeros([0, 2]) }
    const g = grad((p: typeof params) => scalar(p.used.sum()))(params)
    expect(values(g.used)).toEqual([1])
    expect(g.not.shape).toEqual([1, 3])
    expect(values(g.not)).toEqual([0, 0, 0])
    expect(g.none.shape).toEqual([0, 2])
    tree.dispose([params, g])
  })

  test('of a loss that uses no leaf is zero everywhere', () => {
    const params = { a: tf.tensor1d([1, 2]) }
    const constant = tf.scalar(4)
    const [loss, g] = valueAndGrad((_: typeof params) => constant)(params)
    expect(values(loss)).toEqual([4])
    expect(values(g.a)).toEqual([0, 0])
    loss.dispose()
    expect(constant.isDisposed).toBe(false)
    tree.dispose([params, g, constant])
  })

  test('of one tensor that stands in two leaves is taken for each by itself', () => {
    const shared = tf.tensor1d([2, 3])
    const params = { a: shared, b: shared }
    const g = grad((p: typeof params) => scalar(p.a.square().sum().add(p.b.mul(5).sum())))(params)
    expect(values(g.a)).toEqual([4, 6])
    expect(values(g.b)).toEqual([5, 5])
    expect(shared.isDisposed).toBe(false)
    tree.dispose([shared, g])
  })

  test('of a + b is two tensors that can be disposed apart', () => {
    const params = { a: tf.tensor1d([1, 2]), b: tf.tensor1d([3, 4]), c: tf.tensor1d([5, 6]) }
    const g = grad((p: typeof params) => scalar(p.a.add(p.b).add(p.c).sum()))(params)
    expect(new Set([g.a, g.b, g.c]).size).toBe(3)
    g.a.dispose()
    expect(values(g.b)).toEqual([1, 1])
    g.b.dispose()
    expect(values(g.c)).toEqual([1, 1])
    tree.dispose([params, g])
  })

  test('is a fresh tensor a leaf where a gradient function of your own hands one to two leaves, or hands out yours', () => {
    const params = { a: tf.tensor1d([1, 2]), b: tf.tensor1d([3, 4]), c: tf.tensor1d([5, 6]) }
    const mine = tf.tensor1d([10, 20])
    const given = tf.customGrad((...xs) => ({
      value: tf.addN(xs.slice(0, -1) as tf.Tensor[]),
      gradFunc: (dy: tf.Tensor) => [dy, dy, mine],
    })) as (...xs: tf.Tensor[]) => tf.Tensor
    const before = alive()
    const g = grad((p: typeof params) => scalar(given(p.a, p.b, p.c).sum()))(params)
    expect([values(g.a), values(g.b), values(g.c)]).toEqual([
      [1, 1],
      [1, 1],
      [10, 20],
    ])
    expect(new Set([g.a, g.b, g.c, mine]).size).toBe(4)
    expect(alive().tensors - before.tensors).toBe(3)
    g.a.dispose()
    g.c.dispose()
    expect(values(g.b)).toEqual([1, 1])
    expect(values(mine)).toEqual([10, 20])
    tree.dispose([params, g, mine])
  })

  test('of a loss that is a leaf is 1, and the loss is no handle on the leaf', () => {
    const params = { a: tf.scalar(7), b: tf.scalar(1) }
    const [loss, g] = valueAndGrad((p: typeof params) => p.a)(params)
    expect(values(loss)).toEqual([7])
    expect([values(g.a), values(g.b)]).toEqual([[1], [0]])
    loss.dispose()
    expect(values(params.a)).toEqual([7])
    tree.dispose([params, g])
  })

  test('is taken at the first argument, the others are passed on', () => {
    const w = tf.tensor1d([1, 2])
    const x = tf.tensor1d([3, 4])
    const f = (p: tf.Tensor1D, batch: tf.Tensor1D, factor: number) => scalar(p.mul(batch).sum().mul(factor))
    const [loss, g] = valueAndGrad(f)(w, x, 10)
    expect(values(loss)).toEqual([110])
    expect(values(g)).toEqual([30, 40])
    // @ts-expect-error: the factor is missing.
    const lacking = () => grad(f)(w, x)
    expect(lacking).toThrow()
    tree.dispose([w, x, loss, g])
  })

  test("and the loss are the caller's; nothing else is left", () => {
    const params = { a: tf.tensor1d([1, 2]), b: tf.tensor2d([[1, 2]]), unused: tf.scalar(1) }
    const f = (p: typeof params) =>
      scalar(
        tf
          .matMul(p.b, p.a.reshape([2, 1]))
          .tanh()
          .square()
          .add(p.a.exp())
          .sum(),
      )
    const before = alive()
    const [loss, g] = valueAndGrad(f)(params)
    expect(alive().tensors - before.tensors).toBe(4)
    tree.dispose([loss, g])
    expect(alive()).toEqual(before)
    tree.dispose(grad(f)(params))
    expect(alive()).toEqual(before)
    expect(tree.tensors(params).some((x) => x.isDisposed)).toBe(false)
    tree.dispose(params)
  })

  test('changes nothing that it is given', () => {
    const params = { a: tf.tensor1d([1, 2]) }
    const batch = tf.tensor1d([3, 4])
    const g = grad((p: typeof params, x: tf.Tensor1D) => scalar(p.a.mul(x).square().sum()))(params, batch)
    tree.dispose(g)
    expect(values(params.a)).toEqual([1, 2])
    expect(values(batch)).toEqual([3, 4])
    tree.dispose([params, batch])
  })

  test('comes with what else the function found, fresh and in the types', () => {
    const params = { a: tf.tensor1d([1, 2]) }
    const own = tf.tensor1d([5])
    const before = alive()
    const f = (p: typeof params, factor: number) => {
      const doubled = p.a.mul(2)
      const extra = { doubled, twice: doubled, deep: [own, p.a], n: factor }
      return { loss: scalar(doubled.mul(factor).sum()), extra }
    }
    const [value, g] = valueAndGrad(f)(params, 3)
    expectTypeOf(value.loss).toEqualTypeOf<tf.Scalar>()
    expectTypeOf(value.extra.n).toEqualTypeOf<number>()
    expectTypeOf(g).toEqualTypeOf<typeof params>()
    expect(values(value.loss)).toEqual([18])
    expect(values(g.a)).toEqual([6, 6])
    const { doubled, twice, deep, n } = value.extra
    expect([values(doubled), values(twice), values(deep[0] as tf.Tensor), n]).toEqual([[2, 4], [2, 4], [5], 3])
    expect(alive().tensors - before.tensors).toBe(6)
    expect(deep).not.toContain(own)
    tree.dispose([value, g])
    expect(alive()).toEqual(before)
    tf.tidy(() => void valueAndGrad(f)(params, 3))
    expect(alive()).toEqual(before)
    const second = grad((p: typeof params) => scalar(valueAndGrad(f)(p, 3)[0].extra.doubled.square().sum()))(params)
    expect(values(second.a)).toEqual([8, 16])
    expect(values(own)).toEqual([5])
    tree.dispose([params, own, second])
  })

  test('inside tidy belongs to it', () => {
    const params = { a: tf.tensor1d([1, 2]) }
    const before = alive()
    const sum = tf.tidy(() => {
      const [loss, g] = valueAndGrad((p: typeof params) => scalar(p.a.square().sum()))(params)
      return loss.add(g.a.sum())
    })
    expect(values(sum)).toEqual([11])
    sum.dispose()
    expect(alive()).toEqual(before)
    tree.dispose(params)
  })

  test('of a function that throws is its error, and nothing is left', () => {
    const params = { a: tf.tensor1d([1, 2]), same: tf.scalar(1) }
    const doubled = { ...params, twice: params.a }
    const before = alive()
    const f = (p: typeof doubled): tf.Scalar => {
      tf.tanh(p.a.square().mul(p.twice))
      throw new RangeError('no loss today')
    }
    expect(() => valueAndGrad(f)(doubled)).toThrow(new RangeError('no loss today'))
    expect(() => grad(f)(doubled)).toThrow(new RangeError('no loss today'))
    expect(alive()).toEqual(before)
    const g = grad((p: typeof params) => scalar(p.a.sum()))(params)
    expect(values(g.a)).toEqual([1, 1])
    tree.dispose([params, g])
  })

  test("of an op without a gradient is tfjs's error, and nothing is left", () => {
    const params = { a: tf.tensor1d([3, 1, 2]) }
    const before = alive()
    const f = (p: typeof params) => scalar(tf.unique(p.a.mul(2)).values.sum())
    expect(() => grad(f)(params)).toThrow(/gradient/)
    expect(alive()).toEqual(before)
    tree.dispose(params)
  })

  test('of a function that uses the same leaf again and again adds up', () => {
    const x = tf.scalar(2)
    const g = grad((p: tf.Scalar) => scalar(p.mul(p).mul(p).add(p)))(x)
    expect(values(g)).toEqual([13])
    tree.dispose([x, g])
  })

  describe('refuses', () => {
    const a = () => tf.tensor1d([1, 2])
    const refused = (params: unknown, f: (p: never) => unknown) => {
      const before = alive()
      const messages = [
        () => valueAndGrad(f as (p: unknown) => tf.Scalar)(params),
        () => grad(f as (p: unknown) => tf.Scalar)(params),
      ].map((run) => {
        try {
          tree.dispose(run())
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError)
          return (error as Error).message
        }
        return 'nothing'
      })
      expect(alive()).toEqual(before)
      expect(messages[1]).toBe(messages[0]?.replace('valueAndGrad', 'grad'))
      tree.dispose(params)
      return messages[0]
    }

    test('a loss that is no scalar', () => {
      expect(refused({ a: a() }, (p: { a: tf.Tensor }) => p.a.square())).toBe(
        'valueAndGrad: the function returned a tensor of shape [2], expected a scalar: use .mean() or .sum()',
      )
    })

    test('a loss that is no tensor, or a promise of one', () => {
      const expected = 'expected a scalar tensor'
      expect(refused({ a: a() }, () => 3)).toBe(`valueAndGrad: the function returned 3, ${expected}`)
      expect(refused({ a: a() }, () => undefined)).toBe(`valueAndGrad: the function returned undefined, ${expected}`)
      expect(refused({ a: a() }, async () => 1)).toBe(`valueAndGrad: the function returned a Promise, ${expected}`)
    })

    test('a leaf that is not float32, with its path', () => {
      expect(refused({ deep: [{ ids: tf.tensor1d([1], 'int32') }] }, () => 0)).toBe(
        'valueAndGrad: leaf "deep.0.ids" of params is int32, expected a float32 tensor',
      )
      expect(refused({ a: a(), n: 3 }, () => 0)).toBe(
        'valueAndGrad: leaf "n" of params is 3, expected a float32 tensor',
      )
    })
  })
})
