import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { tree } from 'gradus'
import { beforeEach, describe, expect, test } from 'vitest'
import { alive, backends } from './backends.ts'

type Tree = tree.Tree<number>

const { trees } = fc.letrec<{ trees: Tree }>((tie) => ({
  trees: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.integer(),
    fc.array(tie('trees'), { maxLength: 3 }),
    fc.dictionary(
      fc.string({ minLength: 1, maxLength: 3 }).filter((key) => key !== '__proto__'),
      tie('trees'),
      { maxKeys: 3, noNullPrototype: true },
    ),
  ),
}))

describe('map', () => {
  test('keeps the identity, and composition', () => {
    const [f, g] = [(x: number) => 2 * x, (x: number) => x + 1]
    fc.assert(
      fc.property(trees, (a) => {
        expect(tree.map((x: number) => x, a)).toEqual(a)
        expect(tree.map((x: number) => f(g(x)), a)).toEqual(tree.map(f, tree.map(g, a)))
      }),
    )
  })

  test('goes over several trees of one shape at once, by key and not by order', () => {
    const sum = (...xs: readonly number[]) => xs.reduce((a, b) => a + b, 0)
    expect(tree.map(sum, { a: 1, b: [2, 3] }, { b: [20, 30], a: 10 }, { a: 100, b: [200, 300] })).toEqual({
      a: 111,
      b: [222, 333],
    })
    fc.assert(
      fc.property(trees, (a) => {
        expect(tree.map(sum, a, a)).toEqual(tree.map((x: number) => 2 * x, a))
      }),
    )
  })

  test('refuses trees of other shapes, with the path', () => {
    const both = (a: Tree, b: Tree) => () => tree.map((x: number) => x, a, b)
    expect(both({ a: [1, 2] }, { a: [1] })).toThrow(new TypeError('tree.map: leaf "a.1" of tree 2 is missing'))
    expect(both({ a: 1 }, { a: 1, b: 2 })).toThrow(new TypeError('tree.map: leaf "b" of tree 2 is unknown'))
    expect(both({ a: { b: 1 } }, { a: 1 })).toThrow(
      new TypeError('tree.map: branch "a" of tree 2 is 1, expected an object with 1 keys'),
    )
  })
})

describe('leaves, paths and rebuild', () => {
  test('rebuild puts the leaves back where they were', () => {
    fc.assert(
      fc.property(trees, (a) => {
        expect(tree.rebuild(a, tree.leaves(a))).toEqual(a)
        expect(
          tree.leaves(
            tree.rebuild(
              a,
              tree.leaves(a).map((x) => x + 1),
            ),
          ),
        ).toEqual(tree.leaves(a).map((x) => x + 1))
      }),
    )
  })

  test('there is one path for each leaf: its keys joined by dots', () => {
    expect(tree.paths({ dense: [{ kernel: 1, bias: 2 }], scale: 3 })).toEqual([
      'dense.0.kernel',
      'dense.0.bias',
      'scale',
    ])
    expect(tree.paths(5)).toEqual([''])
    expect(tree.paths({})).toEqual([])
    expect(tree.entries({ a: { b: 1 } })).toEqual([['a.b', 1]])
    fc.assert(
      fc.property(trees, (a) => {
        expect(tree.paths(a)).toHaveLength(tree.leaves(a).length)
        expect(tree.entries(a)).toEqual(tree.paths(a).map((path, i) => [path, tree.leaves(a)[i]]))
      }),
    )
  })

  test('whatever is neither a plain object nor an array is a leaf', () => {
    class Thing {
      x = 1
    }
    const all = [new Thing(), new Map(), new Float64Array(2), null, undefined, () => 1, 'text', Object.create(null)]
    expect(tree.leaves(all as never)).toHaveLength(7)
  })
})

describe.each(backends)('on %s,', (_, set) => {
  beforeEach(set)
  const values = (x: tf.Tensor) => Array.from(x.dataSync())

  test('add adds, in fresh tensors', () => {
    const a = { w: tf.tensor1d([1, 2]), b: [tf.scalar(3)] }
    const b = { b: [tf.scalar(30)], w: tf.tensor1d([10, 20]) }
    const before = alive()
    const sum = tree.add(a, b)
    expect([values(sum.w), values(sum.b[0] as tf.Scalar)]).toEqual([[11, 22], [33]])
    expect(alive().tensors - before.tensors).toBe(2)
    tree.dispose([a, b])
    expect(values(sum.w)).toEqual([11, 22])
    tree.dispose(sum)
  })

  test('add refuses what does not fit, with the path, and does not broadcast', () => {
    const a = { w: tf.ones([2, 3]) }
    const refused = (b: unknown) => () => tree.add(a, b as typeof a)
    expect(refused({ w: tf.ones([3]) })).toThrow(
      new TypeError('tree.add: leaf "w" of the second tree is [3], expected [2,3]'),
    )
    expect(refused({})).toThrow(new TypeError('tree.add: leaf "w" of the second tree is missing'))
    expect(refused({ w: 1 })).toThrow(new TypeError('tree.add: leaf "w" is 1, expected a tensor'))
    tree.dispose(a)
  })

  test('copy has the bytes in a buffer of its own', () => {
    for (const x of [tf.tensor2d([[1, Number.NaN]]), tf.scalar(-0), tf.zeros([0, 2]), tf.tensor1d([1, 2], 'int32')]) {
      const copy = tree.copy(x)
      expect([copy.shape, copy.dtype, values(copy)]).toEqual([x.shape, x.dtype, values(x)])
      expect(copy.dataId).not.toBe(x.dataId)
      const was = values(x)
      // On the CPU back end this is the buffer itself.
      x.dataSync().fill(7)
      expect(values(copy)).toEqual(was)
      x.dispose()
      expect(values(copy)).toEqual(was)
      copy.dispose()
    }
  })

  test('tensors finds them in anything, and dispose ends them once', () => {
    const a = tf.scalar(1)
    const before = alive()
    const anything = { a: tf.scalar(2), rest: [3, 'x', null, { deep: tf.scalar(4) }] }
    expect(tree.tensors(anything)).toHaveLength(2)
    expect(tree.tensors([anything, a])).toHaveLength(3)
    tree.dispose(anything)
    tree.dispose(anything)
    expect(alive()).toEqual(before)
    const twice = tf.scalar(1)
    tree.dispose([twice, { twice }])
    tree.dispose([undefined, 3, null])
    expect(alive()).toEqual(before)
    a.dispose()
  })

  test('keep lets a tree outlive the tidy around it', () => {
    const kept = { a: tf.scalar(0), b: [tf.scalar(0)] }
    tree.dispose(kept)
    let outside: typeof kept | undefined
    tf.tidy(() => {
      outside = tree.keep({ a: tf.scalar(1), b: [tf.scalar(2)] })
      tf.scalar(3)
    })
    expect(tree.tensors(outside).map((x) => values(x)[0])).toEqual([1, 2])
    tree.dispose(outside)
  })
})
