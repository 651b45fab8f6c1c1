import * as tf from '@tensorflow/tfjs'
import { adam, advance, begin, chain, momentum, type Optimizer, rule, schedule, sgd, tree } from 'gradus'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { alive, backend, backends, useBackend } from '../backends.ts'
import { distance } from '../close.ts'
import { opaque } from '../optimizer/laws.ts'
import { gradientFor, mixed } from '../random.ts'

const optimizer = adam({ lr: 0.1 })

describe.each(backends)('on %s, a carry', (_, set) => {
  beforeEach(set)

  describe.each([
    ['of a rule', optimizer],
    ['of an opaque optimizer', opaque(optimizer)],
    ['of a chain with an opaque part', chain(opaque(momentum({ lr: 1 })), adam())],
  ] as [string, Optimizer][])('%s', (_, optimizer) => {
    test('begins at t = 0 with a copy of the params and the initial state', () => {
      const params = mixed()
      const carry = begin(optimizer, params)
      const initial = optimizer.init(params)
      expect(carry.t).toBe(0)
      expect(distance(carry.params, params)).toBe(0)
      expect(distance(carry.state, initial)).toBe(0)
      tree.dispose([params, carry, initial])
    })

    test('moves by the delta and goes on with the state that `update` returns', () => {
      const params = mixed()
      const grads = [1, 2, 3].map((seed) => gradientFor(params, seed))
      let carry = begin(optimizer, params)
      let state = optimizer.init(params)
      let theta = params
      for (const [i, grad] of grads.entries()) {
        const [next, delta] = optimizer.update(state, grad, i + 1, { params: theta })
        const moved = tree.add(theta, delta)
        tree.dispose([state, delta, theta])
        state = next
        theta = moved
        carry = advance(optimizer)(carry, grad)
        expect(carry.t).toBe(i + 1)
        expect(distance(carry.params, theta)).toBeLessThan(1e-6)
        expect(distance(carry.state, state)).toBeLessThan(1e-6)
      }
      tree.dispose([carry, state, theta, grads])
    })

    test('is spent by advance: its members throw, by name, and so does advancing it again', () => {
      const params = mixed()
      const grad = gradientFor(params, 1)
      const first = begin(optimizer, params, { mean: 1 })
      const second = advance(optimizer)(first, grad)
      const spent = (who: string) =>
        `${who}: this carry was spent by update 1, expected the carry that advance returned`
      expect(() => first.params).toThrow(new TypeError(spent('carry.params')))
      expect(() => first.state).toThrow(new TypeError(spent('carry.state')))
      expect(() => first.t).toThrow(new TypeError(spent('carry.t')))
      expect(() => first.extra).toThrow(new TypeError(spent('carry.extra')))
      expect(() => advance(optimizer)(first, grad)).toThrow(new TypeError(spent('advance')))
      expect(second.t).toBe(1)
      tree.dispose([params, grad, second])
    })

    test('is ended by tree.dispose, with all that it owned', () => {
      const params = mixed()
      const grad = gradientFor(params, 1)
      const before = alive()
      let carry = begin(optimizer, params)
      for (let i = 0; i < 3; i++) carry = advance(optimizer)(carry, grad)
      expect(alive().tensors).toBeGreaterThan(before.tensors)
      tree.dispose(carry)
      expect(alive()).toEqual(before)
      tree.dispose([params, grad])
    })

    test('that you put together yourself is copied, stays as it is, and can be used again', () => {
      const params = mixed()
      const grad = gradientFor(params, 1)
      const state = optimizer.init(params)
      const yours = { params, state, t: 4 }
      const was = tree.map((x: tf.Tensor) => Float64Array.from(x.dataSync()), [params, state] as never)
      const before = alive()
      const [a, b] = [advance(optimizer)(yours, grad), advance(optimizer)(yours, grad)]
      expect([a.t, b.t, yours.t]).toEqual([5, 5, 4])
      expect(distance(b.params, a.params)).toBe(0)
      expect(distance([yours.params, yours.state], was)).toBe(0)
      expect(distance(a.params, params)).toBeGreaterThan(0)
      tree.dispose([a, b])
      expect(alive()).toEqual(before)
      tree.dispose([params, grad, state])
    })

    test('survives the tidy in which it began and advanced', () => {
      const params = mixed()
      const grad = gradientFor(params, 1)
      const before = alive()
      let carry = tf.tidy(() => begin(optimizer, params) as never) as ReturnType<typeof begin<typeof params, unknown>>
      for (let i = 0; i < 3; i++)
        tf.tidy(() => {
          carry = advance(optimizer)(carry, grad)
        })
      const tensors = tree.tensors(carry)
      expect(tensors.length).toBeGreaterThan(0)
      expect(tensors.some((x) => x.isDisposed)).toBe(false)
      expect(alive().tensors - before.tensors).toBe(tensors.length)
      expect(Number.isFinite(distance(carry.params, params))).toBe(true)
      tree.dispose(carry)
      expect(alive()).toEqual(before)
      tree.dispose([params, grad])
    })

    test('is as it was, and nothing was made, where an update was refused', () => {
      const params = mixed()
      const grad = gradientFor(params, 1)
      const carry = advance(optimizer)(begin(optimizer, params), grad)
      const copy = begin(sgd({ lr: 1 }), { p: carry.params, s: carry.state } as never)
      const before = alive()
      expect(() => advance(optimizer)(carry, { ...grad, scale: tf.tidy(() => grad.dense) } as never)).toThrow('scale')
      expect(alive()).toEqual(before)
      expect(carry.t).toBe(1)
      expect(distance({ p: carry.params, s: carry.state }, copy.params)).toBe(0)
      tree.dispose([params, grad, copy, advance(optimizer)(carry, grad)])
    })

    test('of your own, refused, leaves nothing behind', () => {
      const params = mixed()
      const yours = { params, state: optimizer.init(params), t: 0 }
      const before = alive()
      expect(() => advance(optimizer)(yours, {} as never)).toThrow('is missing')
      expect(alive()).toEqual(before)
      tree.dispose(yours)
    })
  })

  test('of your own whose state does not fit leaves nothing behind', () => {
    const yours = { params: { w: tf.scalar(1) }, state: { m: { w: tf.scalar(1) } }, t: 0 }
    const before = alive()
    expect(() => advance(adam() as Optimizer)(yours, yours.params)).toThrow('advance: branch "" of state.v is missing')
    expect(alive()).toEqual(before)
    tree.dispose(yours)
  })

  test('can go on with another optimizer whose state fits', () => {
    const params = mixed()
    const grad = gradientFor(params, 1)
    const carry = advance(adam({ lr: 0.1 }))(begin(adam({ lr: 0.1 }), params), grad)
    const before = Array.from(carry.params.scale.dataSync())
    const slower = advance(adam({ lr: 0 }))(carry, grad)
    expect(slower.t).toBe(2)
    expect(Array.from(slower.params.scale.dataSync())).toEqual(before)
    tree.dispose([params, grad, slower])
  })

  test('cannot go on with one whose state does not fit', () => {
    const params = { w: tf.scalar(1) }
    const carry = begin(sgd({ lr: 1 }), params)
    expect(() => advance(adam() as Optimizer<{}>)(carry, params)).toThrow('advance: branch "" of state.m is missing')
    expect(carry.t).toBe(0)
    tree.dispose([params, carry])
  })

  test('is nothing else: what has no params and no state is refused', () => {
    const step = advance(adam()) as unknown as (carry: unknown, grads: unknown) => unknown
    expect(() => step(undefined, {})).toThrow('advance: the carry is undefined')
    expect(() => step({ w: 1 }, {})).toThrow('advance: the carry is an object with 1 keys')
  })

  test('is as it was where a schedule gives a bad value', () => {
    const broken = adam({ lr: (t) => (t === 2 ? Number.NaN : 0.1) })
    const params = { w: tf.tensor1d([1, 2, 3, 4, 5]) }
    const carry = advance(broken)(begin(broken, params), params)
    const was = Array.from(carry.params.w.dataSync())
    expect(() => advance(broken)(carry, params)).toThrow('adam: lr is NaN at t = 2')
    expect(carry.t).toBe(1)
    expect(Array.from(carry.params.w.dataSync())).toEqual(was)
    tree.dispose([params, carry])
  })
})

describe('a slot that starts at θ', () => {
  const average = rule({
    name: 'average',
    hyper: { lr: schedule.constant(1) },
    slots: { y: 'theta' },
    step: ({ g, theta, y, lr }) => ({ y: y.mul(0.5).add(theta.mul(0.5)), delta: g.mul(lr).neg() }),
  })

  test.each(backends)('on %s, has a buffer of its own: neither follows the other', async (_, set) => {
    await set()
    const params = { w: tf.tensor1d([1, 2, 3, 4, 5]) }
    const grad = { w: tf.ones<tf.Rank.R1>([5]) }
    const carry = advance(average)(begin(average, params), grad)
    expect(Array.from(carry.params.w.dataSync())).toEqual([0, 1, 2, 3, 4])
    expect(Array.from((carry.state.y as typeof params).w.dataSync())).toEqual([1, 2, 3, 4, 5])
    tree.dispose([params, grad, carry])
  })
})

describe('a back end that changed in mid-run', () => {
  beforeAll(useBackend)

  test.each([
    [backend, 'cpu'],
    ['cpu', backend],
  ])('from %s to %s is an error, and the carry is as it was', async (from, to) => {
    for (const optimizer of [adam(), opaque(adam())]) {
      await tf.setBackend(from)
      const params = { w: tf.tensor1d([1, 2, 3]) }
      const carry = advance(optimizer)(begin(optimizer, params), params)
      const was = Array.from(carry.params.w.dataSync())
      await tf.setBackend(to)
      expect(() => advance(optimizer)(carry, params)).toThrow(
        new TypeError(`advance: the back end is "${to}", expected "${from}", on which this carry began`),
      )
      await tf.setBackend(from)
      expect(Array.from(carry.params.w.dataSync())).toEqual(was)
      const next = advance(optimizer)(carry, params)
      expect(next.t).toBe(2)
      tree.dispose([params, next])
    }
  })
})
