import * as tf from '@tensorflow/tfjs'
import { adam, advance, begin, chain, momentum, type Optimizer, rule, sgd, tree } from 'gradus'
import { beforeEach, describe, expect, test } from 'vitest'
import { alive, backends } from '../backends.ts'
import { opaque } from '../optimizer/laws.ts'

/** Nothing of the user's is ever written to, or disposed, whichever handle on whichever buffer they hold. */
const VALUES = [1, 2, 3, 4, 5, 6]
const start = () => ({ w: tf.tensor2d(VALUES, [2, 3]), b: tf.tensor1d([7, 8]) })
const down = () => ({ w: tf.ones<tf.Rank.R2>([2, 3]), b: tf.ones<tf.Rank.R1>([2]) })
const values = (x: tf.Tensor) => Array.from(x.dataSync())

/** θ and the slots move at every update. */
const follow = rule({
  name: 'follow',
  slots: { y: 'theta', m: 1 },
  step: ({ g, y, m }) => ({ y: y.sub(g), m: m.add(g), delta: g.neg() }),
})

const aliases: Readonly<Record<string, (x: tf.Tensor) => tf.Tensor>> = {
  reshape: (x) => tf.reshape(x, [x.size, 1]),
  flatten: (x) => x.flatten(),
  expandDims: (x) => tf.expandDims(x, 0),
  squeeze: (x) => tf.squeeze(tf.expandDims(x, 0)),
  variable: (x) => tf.variable(x),
  clone: (x) => x.clone(),
  'reshape of a reshape': (x) => tf.reshape(tf.reshape(x, [x.size]), [x.size, 1]),
}

describe.each(backends)('on %s,', (_, set) => {
  beforeEach(set)

  describe.each([
    ['a rule', sgd({ lr: 1 })],
    ['a rule whose slots begin at θ', follow],
    ['an opaque optimizer', opaque(momentum({ lr: 1 }))],
  ] as [string, Optimizer][])('with %s,', (_, optimizer) => {
    test('the params given to begin stay as they are, and yours to dispose', () => {
      const params = start()
      const grad = down()
      let carry = begin(optimizer, params)
      for (let t = 1; t <= 3; t++) carry = advance(optimizer)(carry, grad)
      expect(values(params.w)).toEqual(VALUES)
      expect(values(params.b)).toEqual([7, 8])
      tree.dispose(params)
      expect(values(carry.params.w)).not.toEqual(VALUES)
      expect(carry.params.w.isDisposed).toBe(false)
      tree.dispose([carry, grad])
    })

    test.each(Object.entries(aliases))(
      'a %s of params given to begin stays as it is, and the carry does not move with it',
      (_, alias) => {
        const params = start()
        const other = alias(params.w)
        const grad = down()
        const carry = advance(optimizer)(begin(optimizer, { w: other.reshape([2, 3]), b: params.b }), grad as never)
        expect(values(params.w)).toEqual(VALUES)
        expect(values(other)).toEqual(VALUES)
        tree.dispose([carry, other, params, grad])
      },
    )

    test.each(Object.entries(aliases))(
      "a %s of a carry's leaf, taken between steps, stays as it was then",
      (_, alias) => {
        const params = start()
        const grad = down()
        let carry = advance(optimizer)(begin(optimizer, params), grad)
        const taken = alias(carry.params.w)
        const was = values(taken)
        carry = advance(optimizer)(carry, grad)
        carry = advance(optimizer)(carry, grad)
        expect(values(taken)).toEqual(was)
        expect(values(carry.params.w)).not.toEqual(was)
        const now = values(carry.params.w)
        taken.dispose()
        expect(values(carry.params.w)).toEqual(now)
        tree.dispose([carry, params, grad])
      },
    )

    test.each(Object.entries(aliases))(
      "a %s of a slot's leaf, taken between steps, stays as it was then",
      (_, alias) => {
        const params = start()
        const grad = down()
        let carry = advance(optimizer)(begin(optimizer, params), grad)
        const taken = tree.tensors(carry.state).map((leaf) => [alias(leaf), values(leaf)] as const)
        carry = advance(optimizer)(carry, grad)
        for (const [x, was] of taken) expect(values(x)).toEqual(was)
        tree.dispose([carry, params, grad, taken.map(([x]) => x)])
      },
    )

    test('the gradients stay as they are, and yours to dispose', () => {
      const params = start()
      const grad = down()
      let carry = begin(optimizer, params)
      for (let t = 1; t <= 3; t++) carry = advance(optimizer)(carry, grad)
      expect(values(grad.w)).toEqual([1, 1, 1, 1, 1, 1])
      tree.dispose(grad)
      expect(values(carry.params.w).every(Number.isFinite)).toBe(true)
      tree.dispose([carry, params])
    })

    test('one tensor that is the gradient of two leaves moves both and stays as it is', () => {
      const params = { a: tf.tensor1d([1, 2]), b: tf.tensor1d([3, 4]) }
      const shared = tf.tensor1d([1, 1])
      const carry = advance(optimizer)(begin(optimizer, params), { a: shared, b: shared })
      expect(values(carry.params.a)).toEqual([0, 1])
      expect(values(carry.params.b)).toEqual([2, 3])
      expect(values(shared)).toEqual([1, 1])
      tree.dispose([carry, params, shared])
    })

    test('one tensor that is two leaves of params becomes two, each with its own way', () => {
      const shared = tf.tensor1d([1, 2])
      const params = { a: shared, b: shared }
      const grad = { a: tf.tensor1d([1, 1]), b: tf.tensor1d([-1, -1]) }
      const carry = advance(optimizer)(begin(optimizer, params), grad)
      expect(values(carry.params.a)).toEqual([0, 1])
      expect(values(carry.params.b)).toEqual([2, 3])
      expect(values(shared)).toEqual([1, 2])
      tree.dispose([carry, params, grad])
    })

    test("a gradient that is the carry's own leaf is read before it is written", () => {
      const params = { w: tf.tensor1d([1, 2, 3, 4, 5]) }
      const carry = begin(optimizer, params)
      const next = advance(optimizer)(carry, { w: carry.params.w })
      expect(values(next.params.w)).toEqual([0, 0, 0, 0, 0])
      expect(next.params.w.isDisposed).toBe(false)
      tree.dispose([next, params])
    })

    test("gradients that are the carry's leaves, each of another, are read before any is written", () => {
      const params = { x: tf.tensor1d([1, 2]), y: tf.tensor1d([30, 40]) }
      const carry = begin(optimizer, params)
      const next = advance(optimizer)(carry, { x: carry.params.y, y: carry.params.x })
      expect(values(next.params.x)).toEqual([-29, -38])
      expect(values(next.params.y)).toEqual([29, 38])
      tree.dispose([next, params])
    })
  })

  test('the params stay as they are where they were made, begun and moved inside tidy', () => {
    const optimizer = adam({ lr: 0.1 })
    const params = start()
    const grad = down()
    const before = alive()
    const carry = tf.tidy(() => {
      const inner = { w: params.w.mul(1) as tf.Tensor2D, b: params.b.reshape([2]) as tf.Tensor1D }
      let carry = begin(optimizer, inner)
      for (let t = 1; t <= 3; t++) carry = advance(optimizer)(carry, grad)
      return [carry] as never
    })[0] as ReturnType<typeof begin<typeof params, unknown>>
    expect(values(params.b)).toEqual([7, 8])
    expect(values(carry.params.b).every((x, i) => x < (values(params.b)[i] as number))).toBe(true)
    tree.dispose(carry)
    expect(alive()).toEqual(before)
    tree.dispose([params, grad])
  })

  describe('an update of your own', () => {
    const grad = () => ({ w: tf.ones<tf.Rank.R2>([2, 3]), b: tf.ones<tf.Rank.R1>([2]) })
    const cases: Readonly<Record<string, Optimizer>> = {
      'returns the gradient as the delta': { init: () => 0, update: (state, g) => [state, g] },
      'returns its state as it is': {
        init: (params) => tree.map((x: tf.Tensor) => tf.zerosLike(x), params),
        update: (state, g) => [state, tree.map((x: tf.Tensor) => tf.neg(x), g as never) as never],
      },
      'returns the params as the delta': { init: () => 0, update: (state, _g, _t, { params }) => [state, params] },
      'keeps the gradient as its state': {
        init: (params) => tree.map((x: tf.Tensor) => tf.zerosLike(x), params),
        update: (_state, g) => [g, tree.map((x: tf.Tensor) => tf.neg(x), g as never) as never] as never,
      },
      'keeps the params as its state': {
        init: (params) => tree.map((x: tf.Tensor) => tf.zerosLike(x), params),
        update: (_state, g, _t, { params }) => [params, g] as never,
      },
      'returns its state as the delta': {
        init: (params) => tree.map((x: tf.Tensor) => tf.onesLike(x), params),
        update: (state) => [state, state] as never,
      },
    }

    test.each(Object.entries(cases))(
      'that %s may do so: nothing of yours or its own is lost, nothing is left',
      (_, own) => {
        for (const optimizer of [own, chain(own), chain(own, own), chain(own, sgd({ lr: 1 })), chain(adam(), own)]) {
          const params = start()
          const grads = [grad(), grad(), grad()]
          const before = alive()
          let carry = begin(optimizer, params)
          for (const g of grads) {
            carry = advance(optimizer)(carry, g)
            expect(tree.tensors(carry).some((x) => x.isDisposed)).toBe(false)
          }
          expect(alive().tensors - before.tensors).toBe(new Set(tree.tensors(carry)).size)
          expect(values(params.w)).toEqual(VALUES)
          for (const g of grads) expect(values(g.w)).toEqual([1, 1, 1, 1, 1, 1])
          tree.dispose(grads)
          expect(tree.tensors(carry).every((x) => values(x).every(Number.isFinite))).toBe(true)
          tree.dispose([carry, params])
        }
      },
    )
  })
})
