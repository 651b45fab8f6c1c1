import * as tf from '@tensorflow/tfjs'
import {
  type Arrays,
  adam,
  advance,
  begin,
  type Carry,
  chain,
  clipByGlobalNorm,
  identity,
  type Optimizer,
  rule,
  sgd,
  simulate,
  type Tensors,
  trace,
  tree,
} from 'gradus'
import { beforeAll, describe, expect, expectTypeOf, test } from 'vitest'
import { useBackend } from '../backends.ts'

/** What `npx tsc -p .` checks; that the programs run too is checked here. */
beforeAll(useBackend)

describe('types', () => {
  test('an optimizer with slots is an `Optimizer`, and a list of such is an `Optimizer[]`', () => {
    const one: Optimizer = adam()
    const all: Optimizer[] = [adam(), sgd({ lr: 1 }), chain(clipByGlobalNorm(1), adam()), identity]
    expectTypeOf(adam()).toExtend<Optimizer>()
    expect(all.map(({ rule }) => rule !== undefined)).toEqual([true, true, true, true])
    expect(one.rule?.name).toBe('adam')
  })

  test("a rule's state has its slots by name", () => {
    expectTypeOf(adam()).toEqualTypeOf<Optimizer<{ m: Tensors; v: Tensors }>>()
    expectTypeOf(trace()).toExtend<Optimizer<{ readonly m: Tensors }>>()
    // @ts-expect-error: Adam has no slot "w".
    expectTypeOf(adam().init({}).w)
    expect(Object.keys(adam().init({}))).toEqual(['m', 'v'])
  })

  test('a rule without slots has a state without members', () => {
    const ascent = rule({ name: 'ascent', step: ({ g }) => ({ delta: g }) })
    const constant = rule({ name: 'constant', step: () => ({ delta: 1 }) })
    expectTypeOf(ascent.init({})).toEqualTypeOf<{}>()
    expectTypeOf(constant.init({})).toEqualTypeOf<{}>()
    expect([ascent.init({}), constant.init({})]).toEqual([{}, {}])
  })

  test('the step of a rule returns its slots, delta, and nothing else', () => {
    // @ts-expect-error: the next m is missing.
    const lacking = () => rule({ name: 'lacking', slots: { m: 0 }, step: ({ g }) => ({ delta: g }) })
    expect(lacking).toThrow('lacking: step returns undefined for "m", expected a formula')
    // @ts-expect-error: there is no symbol w.
    const unknown = () => rule({ name: 'unknown', step: ({ w }) => ({ delta: w }) })
    expect(unknown).toThrow('unknown: step returns undefined for "delta"')
  })

  test("a chain's state is the tuple of its parts' states, however they are nested", () => {
    type A = { m: Tensors; v: Tensors }
    const flat = chain(adam(), sgd({ lr: 1 }), adam())
    const nested = chain(chain(adam(), sgd({ lr: 1 })), adam())
    expectTypeOf(flat.init({})).toEqualTypeOf<[A, {}, A]>()
    expectTypeOf(nested.init({})).toEqualTypeOf<[A, {}, A]>()
    expectTypeOf(chain().init({})).toEqualTypeOf<[]>()
    expectTypeOf(identity.init({})).toEqualTypeOf<[]>()
    expect(nested.init({})).toHaveLength(3)
  })

  test('a chain of a list whose length nobody knows has a state of unknown length', () => {
    const list: Optimizer[] = [adam(), adam()]
    expectTypeOf(chain(...list).init({})).toEqualTypeOf<unknown[]>()
    expect(chain(...list).init({})).toHaveLength(2)
  })

  test('an interface of tensors is params, and comes back as itself', () => {
    interface Dense {
      kernel: tf.Tensor2D
      bias: tf.Tensor1D
    }
    interface Model {
      readonly layers: readonly Dense[]
      readonly scale: tf.Scalar
    }
    const params: Model = { layers: [{ kernel: tf.ones([2, 3]), bias: tf.ones([3]) }], scale: tf.scalar(1) }
    const carry = begin(adam(), params)
    expectTypeOf(carry).toEqualTypeOf<Carry<Model, { m: Tensors; v: Tensors }, unknown>>()
    const next = advance(adam())(carry, params)
    expectTypeOf(next.params).toEqualTypeOf<Model>()
    expectTypeOf(tree.add(params, params)).toEqualTypeOf<Model>()
    expect(next.params.layers[0]?.kernel.shape).toEqual([2, 3])
    tree.dispose([next, params])
  })

  test('a tree of which nothing is known but its leaves is params, and what `simulate` takes', () => {
    const params = [tf.scalar(1)] as Tensors
    const carry = begin(adam(), params)
    expectTypeOf(carry.params).toEqualTypeOf<Tensors>()
    const arrays = [Float64Array.of(1)] as Arrays
    const [first] = [...simulate(adam(), arrays, [arrays])]
    expect(first?.t).toBe(1)
    tree.dispose([carry, params])
  })

  test('params that hold anything but tensors are refused', () => {
    // @ts-expect-error: a number is no tensor.
    expect(() => begin(adam(), { w: 3 })).toThrow('begin: leaf "w" of params is 3, expected a float32 tensor')
    // @ts-expect-error: nor is a string among tensors.
    expect(() => begin(adam(), { w: tf.scalar(1), name: 'x' })).toThrow('leaf "name" of params is "x"')
  })

  test('gradients of another tree than the params are refused', () => {
    const params = { w: tf.scalar(1) }
    const carry = begin(sgd({ lr: 1 }), params)
    const step = advance(sgd({ lr: 1 }))
    // @ts-expect-error: there is no w in it.
    expect(() => step(carry, { v: params.w })).toThrow('advance: leaf "w" of grads is missing')
    tree.dispose([params, carry])
  })

  test('`(state, grad, t) => [state, delta]` is an update as it is', () => {
    const plain: Optimizer<number> = {
      init: () => 0,
      update: (state, grad, t) => [state + t, grad],
    }
    const fourth: Optimizer<null> = {
      init: () => null,
      update: (state, _grad, _t, { params }) => [state, params],
    }
    expectTypeOf(chain(plain, fourth, adam()).init({})).toEqualTypeOf<[number, null, { m: Tensors; v: Tensors }]>()
    const grad = { w: tf.scalar(1) }
    expect(plain.update(1, grad, 2, { params: grad })).toEqual([3, grad])
    // @ts-expect-error: a delta is a tree like the gradient.
    const wrong: Optimizer<number> = { init: () => 0, update: (state) => [state, 1] }
    expect(wrong).toBeDefined()
    tree.dispose(grad)
  })
})
