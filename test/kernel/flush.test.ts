import * as tf from '@tensorflow/tfjs'
import { advance, begin, rule, scaleByLr, simulate, trace, tree } from 'gradus'
import { useWasm } from 'gradus/wasm'
import { beforeAll, describe, expect, test } from 'vitest'

beforeAll(() => useWasm())

const SMALLEST_NORMAL = 2 ** -126
const optimizer = trace({ beta: 0.5 })

/** The slot after an update from a gradient of these numbers, and after another from 0, which halves it. */
const slots = (g: Float32Array) => {
  const grad = tf.tensor1d(g)
  const params = tf.zerosLike(grad)
  const [first] = optimizer.update(optimizer.init(params), grad, 1, { params })
  const [second] = optimizer.update(first, params, 2, { params })
  let carry = begin(optimizer, params)
  carry = advance(optimizer)(carry, grad)
  carry = advance(optimizer)(carry, params)
  const found = [first.m, second.m, carry.state.m].map((m) => (m as tf.Tensor).dataSync())
  tree.dispose([grad, params, first, second, carry])
  return found as [first: Float32Array, second: Float32Array, advanced: Float32Array]
}

describe.each([1, 3, 4, 7, 16, 23, 33])('on WASM, in each of %i elements,', (n) => {
  const all = (x: number) => new Float32Array(n).fill(x)

  test('a slot that would be subnormal is 0', () => {
    for (const x of [SMALLEST_NORMAL, -SMALLEST_NORMAL, 1.9 * SMALLEST_NORMAL]) {
      const [first, second, advanced] = slots(all(x))
      expect(first).toEqual(all(x))
      expect(second.every((m) => m === 0)).toBe(true)
      expect(advanced.every((m) => m === 0)).toBe(true)
    }
  })

  test('the smallest normal number stays', () => {
    for (const x of [2 * SMALLEST_NORMAL, -2 * SMALLEST_NORMAL]) {
      const [, second, advanced] = slots(all(x))
      expect(second).toEqual(all(x / 2))
      expect(advanced).toEqual(all(x / 2))
    }
  })

  test('NaN and infinities stay', () => {
    for (const x of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const [first, second, advanced] = slots(all(x))
      expect(first).toEqual(all(x))
      expect(second).toEqual(all(x))
      expect(advanced).toEqual(all(x))
    }
  })
})

test('`simulate` keeps what WASM flushes: they differ by less than 1.2e-38', () => {
  const source = [Float64Array.of(SMALLEST_NORMAL), Float64Array.of(0)]
  const last = [...simulate(optimizer, Float64Array.of(0), source)].at(-1)?.state as { m: Float64Array }
  expect(last.m[0]).toBe(SMALLEST_NORMAL / 2)
  const [, second] = slots(Float32Array.of(SMALLEST_NORMAL))
  expect(Math.abs((second[0] as number) - (last.m[0] as number))).toBeLessThan(1.2e-38)
})

test('θ and Δθ are not flushed: only slots are', () => {
  const tiny = tf.tensor1d([SMALLEST_NORMAL])
  const half = scaleByLr(0.5)
  const [, delta] = half.update({}, tiny, 1, { params: tiny })
  expect(delta.dataSync()[0]).toBe(-SMALLEST_NORMAL / 2)
  const carry = advance(half)(begin(half, tiny), tiny)
  expect(carry.params.dataSync()[0]).toBe(SMALLEST_NORMAL / 2)
  tree.dispose([tiny, delta, carry])
})

test('a slot that starts at θ is flushed like any other', () => {
  const follow = rule({
    name: 'follow',
    slots: { y: 'theta' },
    step: ({ y, g }) => ({ y: y.mul(0.5), delta: g }),
  })
  const params = tf.tensor1d([SMALLEST_NORMAL, 1])
  const carry = advance(follow)(begin(follow, params), tf.zerosLike(params))
  expect(Array.from((carry.state.y as tf.Tensor).dataSync())).toEqual([0, 0.5])
  tree.dispose([params, carry])
})
