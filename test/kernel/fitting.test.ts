import * as tf from '@tensorflow/tfjs'
import {
  adam,
  advance,
  begin,
  chain,
  clipByGlobalNorm,
  momentum,
  perTensor,
  perTree,
  rule,
  sgd,
  simulate,
  tree,
} from 'gradus'
import { beforeEach, describe, expect, test } from 'vitest'
import { alive, backends, useBackend } from '../backends.ts'

const params = () => ({ dense: [{ kernel: tf.ones([4, 3]), bias: tf.zeros([3]) }], scale: tf.scalar(1) })

/** Trees that do not fit, and what each error says of it; `what` is the tree's name. */
const misfits: readonly (readonly [string, (fit: ReturnType<typeof params>) => unknown, (what: string) => string])[] = [
  [
    'a leaf of another shape',
    ({ scale }) => ({ dense: [{ kernel: tf.ones([3, 4]), bias: tf.zeros([3]) }], scale }),
    (what) => `leaf "dense.0.kernel" of ${what} is [3,4], expected [4,3]`,
  ],
  [
    'a leaf of another rank',
    ({ dense }) => ({ dense, scale: tf.ones([1]) }),
    (what) => `leaf "scale" of ${what} is [1], expected []`,
  ],
  [
    'a scalar for a vector',
    ({ scale }) => ({ dense: [{ kernel: tf.ones([4, 3]), bias: tf.scalar(0) }], scale }),
    (what) => `leaf "dense.0.bias" of ${what} is [], expected [3]`,
  ],
  [
    'a leaf that is missing',
    ({ scale }) => ({ dense: [{ kernel: tf.ones([4, 3]) }], scale }),
    (what) => `leaf "dense.0.bias" of ${what} is missing`,
  ],
  ['a branch that is missing', ({ scale }) => ({ scale }), (what) => `branch "dense" of ${what} is missing`],
  [
    'a leaf that params do not have',
    (fit) => ({ ...fit, extra: { more: tf.scalar(1) } }),
    (what) => `leaf "extra" of ${what} is unknown`,
  ],
  [
    'an item that params do not have',
    ({ dense, scale }) => ({ dense: [...dense, { kernel: tf.scalar(1) }], scale }),
    (what) => `leaf "dense.1" of ${what} is unknown`,
  ],
  [
    'a leaf of another dtype',
    ({ dense }) => ({ dense, scale: tf.scalar(1, 'int32') }),
    (what) => `leaf "scale" of ${what} is of dtype int32, expected a float32 tensor`,
  ],
  [
    'a number for a tensor',
    ({ dense }) => ({ dense, scale: 1 }),
    (what) => `leaf "scale" of ${what} is 1, expected a float32 tensor`,
  ],
  [
    'null for a tensor',
    ({ dense }) => ({ dense, scale: null }),
    (what) => `leaf "scale" of ${what} is null, expected a float32 tensor`,
  ],
  [
    'a branch for a leaf',
    ({ dense }) => ({ dense, scale: [tf.scalar(1)] }),
    (what) => `leaf "scale" of ${what} is an array of 1, expected a leaf`,
  ],
  [
    'a leaf for a branch',
    ({ scale }) => ({ dense: tf.scalar(1), scale }),
    (what) => `branch "dense" of ${what} is a Tensor, expected an array of 1`,
  ],
  [
    'an object for an array',
    ({ scale }) => ({ dense: { 0: { kernel: tf.ones([4, 3]), bias: tf.zeros([3]) } }, scale }),
    (what) => `branch "dense" of ${what} is an object with 1 keys, expected an array of 1`,
  ],
]

const optimizer = adam()

describe.each(backends)('on %s,', (_, set) => {
  beforeEach(set)

  describe.each(misfits)('%s', (_, misfit, said) => {
    test('among the gradients is refused by update, which makes nothing', () => {
      const theta = params()
      const state = optimizer.init(theta)
      const grad = misfit(params()) as typeof theta
      const before = alive()
      expect(() => optimizer.update(state, grad, 1, { params: theta })).toThrow(
        new TypeError(`optimizer.update: ${said('grad')}`),
      )
      expect(alive()).toEqual(before)
      tree.dispose([theta, state, grad])
    })

    test('among the gradients is refused by advance, and the carry is as it was', () => {
      const theta = params()
      const carry = begin(optimizer, theta)
      const grads = misfit(params()) as typeof theta
      const before = alive()
      expect(() => advance(optimizer)(carry, grads)).toThrow(new TypeError(`advance: ${said('grads')}`))
      expect(alive()).toEqual(before)
      expect(carry.t).toBe(0)
      expect(Array.from(carry.params.scale.dataSync())).toEqual([1])
      tree.dispose([theta, carry, grads])
    })

    test('in a slot is refused by update', () => {
      const theta = params()
      const grad = params()
      const state = optimizer.init(theta)
      const v = misfit(params()) as typeof theta
      expect(() => optimizer.update({ ...state, v }, grad, 1, { params: theta })).toThrow(
        new TypeError(`optimizer.update: ${said('state.v')}`),
      )
      const clipped = chain(clipByGlobalNorm(1), optimizer)
      expect(() => clipped.update([{}, { ...state, v }], grad, 1, { params: theta })).toThrow(
        new TypeError(`optimizer.update: ${said('state.1.v')}`),
      )
      tree.dispose([theta, grad, state, v])
    })
  })

  test.each<[string, () => unknown, string]>([
    ['a number', () => ({ w: 3 }), 'leaf "w" of params is 3'],
    ['a string', () => ({ w: 'weights' }), 'leaf "w" of params is "weights"'],
    ['an array of numbers', () => ({ w: [1, 2] }), 'leaf "w.0" of params is 1'],
    ['an int32 tensor', () => ({ w: { v: tf.scalar(1, 'int32') } }), 'leaf "w.v" of params is of dtype int32'],
    ['a Float32Array', () => ({ w: new Float32Array(3) }), 'leaf "w" of params is a Float32Array'],
  ])('params with %s are refused by begin, init and update', (_, make, said) => {
    const given = make()
    const expected = `${said}, expected a float32 tensor`
    expect(() => begin(optimizer, given as never)).toThrow(new TypeError(`begin: ${expected}`))
    expect(() => optimizer.init(given as never)).toThrow(new TypeError(`optimizer.init: ${expected}`))
    expect(() => optimizer.update({ m: {}, v: {} }, given, 1, { params: given })).toThrow(
      new TypeError(`optimizer.update: ${expected}`),
    )
    tree.dispose(given)
  })

  test('a leaf that stands alone is called by the name of its tree', () => {
    const theta = tf.ones([2])
    expect(() => optimizer.update(optimizer.init(theta), tf.ones([3]) as typeof theta, 1, { params: theta })).toThrow(
      'optimizer.update: leaf "" of grad is [3], expected [2]',
    )
    theta.dispose()
  })

  test('gradients whose keys are in another order fit', () => {
    const theta = { a: tf.tensor1d([1]), b: tf.tensor1d([2]) }
    const grad = { b: tf.tensor1d([20]), a: tf.tensor1d([10]) }
    const [, delta] = sgd({ lr: 1 }).update({}, grad as typeof theta, 1, { params: theta })
    expect([...delta.a.dataSync(), ...delta.b.dataSync()]).toEqual([-10, -20])
    const carry = advance(sgd({ lr: 1 }))(begin(sgd({ lr: 1 }), theta), grad as typeof theta)
    expect([...carry.params.a.dataSync(), ...carry.params.b.dataSync()]).toEqual([-9, -18])
    tree.dispose([theta, grad, delta, carry])
  })

  test('the state of a chain has one state a part', () => {
    const theta = { w: tf.scalar(1) }
    const both = chain(momentum({ lr: 1 }), adam())
    const [first] = both.init(theta)
    const said = 'expected an array of 2, one for each part of the chain'
    expect(() => both.update([first] as never, theta, 1, { params: theta })).toThrow(
      new TypeError(`optimizer.update: the state is an array of 1, ${said}`),
    )
    expect(() => both.update(first as never, theta, 1, { params: theta })).toThrow(
      new TypeError(`optimizer.update: the state is an object with 1 keys, ${said}`),
    )
    expect(() => both.update(undefined as never, theta, 1, { params: theta })).toThrow(
      new TypeError(`optimizer.update: the state is undefined, ${said}`),
    )
    tree.dispose(theta)
  })

  test('slots a tensor and a tree have one number each', () => {
    const theta = { w: tf.ones([2]) }
    const counting = rule({
      name: 'counting',
      slots: { a: perTensor(0), b: perTree(0) },
      step: ({ g, a, b }) => ({ a: a.add(1), b: b.add(1), delta: g }),
    })
    const state = counting.init(theta)
    expect(state).toMatchObject({ a: { w: { shape: [] } }, b: { shape: [] } })
    expect(() => counting.update({ ...state, a: theta }, theta, 1, { params: theta })).toThrow(
      'optimizer.update: leaf "w" of state.a is [2], expected []',
    )
    expect(() => counting.update({ ...state, b: theta.w }, theta, 1, { params: theta })).toThrow(
      'optimizer.update: leaf "" of state.b is [2], expected []',
    )
    tree.dispose([theta, state])
  })

  test.each([0, -1, 1.5, Number.NaN, Infinity, '1', undefined])('t = %s is refused: updates are 1, 2, 3, …', (t) => {
    const theta = { w: tf.scalar(1) }
    const state = optimizer.init(theta)
    const said = `t is ${typeof t === 'string' ? `"${t}"` : t}, expected the number of this update: 1, 2, 3, …`
    expect(() => optimizer.update(state, theta, t as number, { params: theta })).toThrow(
      new TypeError(`optimizer.update: ${said}`),
    )
    tree.dispose([theta, state])
  })

  test('params that a rule reads may not be missing, others may', () => {
    const grad = { w: tf.scalar(2) }
    const decaying = rule({ name: 'decaying', step: ({ g, theta }) => ({ delta: g.add(theta) }) })
    const without = (o: { update: unknown }) =>
      (o.update as (...args: unknown[]) => [unknown, typeof grad])({}, grad, 1)
    expect(() => without(decaying)).toThrow(
      new TypeError('optimizer.update: params are missing, expected them in the fourth argument: { params }'),
    )
    const [, delta] = without(sgd({ lr: 1 }))
    expect([...delta.w.dataSync()]).toEqual([-2])
    tree.dispose([grad, delta])
  })

  test('a loss that a rule reads may not be missing', () => {
    const theta = { w: tf.scalar(2) }
    const greedy = rule({ name: 'greedy', step: ({ g, loss }) => ({ delta: g.mul(loss).neg() }) })
    const said = 'greedy: the loss is missing, expected it in the fourth argument: { params, loss }'
    expect(() => greedy.update({}, theta, 1, { params: theta })).toThrow(new TypeError(said))
    const carry = begin(greedy, theta)
    expect(() => advance(greedy)(carry, theta)).toThrow(new TypeError(said))
    expect(carry.t).toBe(0)
    expect([...advance(greedy)(carry, theta, 3).params.w.dataSync()]).toEqual([-4])
    tree.dispose(theta)
  })
})

describe('simulate refuses', () => {
  const arrays = { w: Float64Array.of(1, 2) }
  const first = (given: unknown, source: unknown) => () => [...simulate(optimizer, given as never, source as never)]

  test.each<[string, unknown, unknown, string]>([
    ['params that are no arrays', { w: [1, 2] }, [], 'simulate: leaf "w.0" of params is 1, expected a Float64Array'],
    [
      'a gradient too long',
      arrays,
      [{ w: new Float64Array(3) }],
      'optimizer.update: leaf "w" of grad is [3], expected [2]',
    ],
    ['a gradient that is missing', arrays, [{}], 'optimizer.update: leaf "w" of grad is missing'],
  ])('%s', (_, given, source, message) => {
    expect(first(given, source)).toThrow(new TypeError(message))
  })

  test('tensors', async () => {
    await useBackend()
    const w = tf.scalar(1)
    expect(first({ w }, [])).toThrow(new TypeError('simulate: leaf "w" of params is a Tensor, expected a Float64Array'))
    w.dispose()
  })

  test('an optimizer that is no formula', () => {
    const { init, update } = optimizer
    const bare = { init, update } as typeof optimizer
    expect(() => simulate(bare, arrays, []).next()).toThrow(
      new TypeError('simulate: the optimizer has no rule, expected one that is a formula'),
    )
  })
})
