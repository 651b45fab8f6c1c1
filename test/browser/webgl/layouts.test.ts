import * as tf from '@tensorflow/tfjs'
import {
  adamw,
  advance,
  begin,
  chain,
  clipByBlockRms,
  clipByGlobalNorm,
  elementwise,
  rule,
  simulate,
  tree,
} from 'gradus'
import { useWebgl } from 'gradus/webgl'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { WebglBackend } from '../../../src/kernel/webgl/backend.ts'
import { alive } from '../../backends.ts'
import { distance } from '../../close.ts'
import { asArrays, gaussian, normal } from '../../random.ts'

beforeAll(() => useWebgl())

let next: () => number
beforeEach(() => {
  next = gaussian(3)
})

const optimizer = chain(clipByGlobalNorm(0.5), clipByBlockRms(0.9), adamw({ lr: 0.1, weightDecay: 0.1 }))

const dataOf = (x: tf.Tensor) => (tf.backend() as WebglBackend).texData.get(x.dataId)

/** Three steps and an update on θ of this shape, with gradients made in this way, are `simulate`; nothing is left. */
const agrees = (shape: readonly number[], make: () => tf.Tensor, is: (grad: tf.Tensor) => boolean) => {
  const before = alive()
  const params = { x: normal(shape, next), y: normal([3], next) }
  const grads = { x: tf.tidy(make), y: normal([3], next) }
  expect(is(grads.x)).toBe(true)
  let carry = begin(optimizer, params)
  const start = optimizer.init(params)
  const [state, delta] = optimizer.update(start, grads, 1, { params })
  for (let i = 0; i < 3; i++) carry = advance(optimizer)(carry, grads)
  const observed = Array.from({ length: 3 }, () => ({ grad: asArrays(grads) }))
  const steps = [...simulate(optimizer, asArrays(params), observed)]
  expect(distance(delta, steps[0]?.delta)).toBeLessThan(1e-6)
  expect(distance(state, steps[0]?.state)).toBeLessThan(1e-6)
  expect(distance(carry.params, steps[2]?.params)).toBeLessThan(1e-6)
  expect(distance(carry.state, steps[2]?.state)).toBeLessThan(1e-6)
  tree.dispose([carry, start, state, delta, params, grads])
  expect(alive()).toEqual(before)
}

describe('a step takes a gradient as tfjs left it:', () => {
  const shapes = [
    [],
    [1],
    [1, 1],
    [7],
    [8],
    [3, 5],
    [4, 6],
    [1, 9],
    [9, 1],
    [2, 3, 5],
    [3, 1, 4],
    [2, 3, 4, 5],
    [2, 1, 3, 2, 3],
    [2, 1, 2, 1, 3, 2],
  ]

  test.each(shapes)('on the CPU, [%s, %s, %s]', (...shape) => {
    agrees(
      shape,
      () => normal(shape, next),
      (x) => !dataOf(x).texture,
    )
  })

  test.each(shapes)('packed, [%s, %s, %s]', (...shape) => {
    agrees(
      shape,
      () => normal(shape, next).mul(normal(shape, next)).mul(2),
      (x) => x.size < 128 || dataOf(x).isPacked === true,
    )
  })

  test.each(shapes.filter(({ length }) => length < 6))('a sum, not packed, [%s, %s, %s]', (...shape) => {
    agrees(
      shape,
      () => onGpu(normal([...shape, 300], next)).sum(-1),
      (x) => Boolean(dataOf(x).texture) && !dataOf(x).isPacked,
    )
  })

  test.each([
    [[12], [3, 4]],
    [[3, 4], [12]],
    [
      [5, 6],
      [2, 3, 5],
    ],
    [
      [2, 3, 4],
      [4, 6],
    ],
    [[30], [1, 30]],
    [
      [3, 10],
      [6, 5],
    ],
  ])('packed as [%s], reshaped to [%s]', (from, to) => {
    agrees(
      to,
      () => onGpu(normal(from, next)).reshape(to),
      () => true,
    )
  })

  test('a slice of another texture', () => {
    const slice = () =>
      onGpu(normal([40, 300], next))
        .sum(-1)
        .slice([7], [20])
    agrees([20], slice, (x) => Boolean(dataOf(x).slice))
    agrees(
      [4, 5],
      () => slice().reshape([4, 5]),
      (x) => Boolean(dataOf(x).slice),
    )
    agrees(
      [],
      () => slice().slice([3], [1]).reshape([]),
      (x) => Boolean(dataOf(x).slice),
    )
  })

  test('a texture that is as wide as it can be, and one that is folded', () => {
    const max = tf.env().getNumber('WEBGL_MAX_TEXTURE_SIZE')
    agrees(
      [2 * max],
      () => normal([2 * max], next),
      () => true,
    )
    agrees(
      [2 * max + 7],
      () => normal([2 * max + 7], next),
      () => true,
    )
    agrees(
      [2, 2 * max + 3],
      () => normal([2, 2 * max + 3], next),
      () => true,
    )
  })
})

/** Where tfjs would still compute on the CPU, since it is small. */
const onGpu = (x: tf.Tensor): tf.Tensor => {
  tf.env().set('WEBGL_CPU_FORWARD', false)
  const there = x.mul(1)
  tf.env().set('WEBGL_CPU_FORWARD', true)
  return there
}

test('what stands beside the numbers in a texture stays 0, as products count on it', () => {
  const powers = rule({ name: 'powers', step: ({ g }) => ({ delta: g.exp() }) })
  const params = onGpu(normal([3, 5], next)) as tf.Tensor2D
  const carry = advance(powers)(begin(powers, params), params)
  const [, delta] = powers.update({}, params, 1, { params })
  const exponential = elementwise((x) => x.exp())
  const ones = tf.ones<tf.Rank.R2>([5, 1])
  for (const x of [carry.params, delta, exponential(params)] as tf.Tensor2D[]) {
    const found = tf.matMul(x, ones)
    const rows = x.arraySync().map((row) => row.reduce((a, b) => a + b, 0))
    expect(distance(found, tf.tensor2d(rows, [3, 1]))).toBeLessThan(1e-6)
    // Packed: of another it could not be told.
    expect(dataOf(x).isPacked).toBe(true)
  }
})
