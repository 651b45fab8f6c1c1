import * as tf from '@tensorflow/tfjs'
import {
  adam,
  adamw,
  advance,
  begin,
  chain,
  clipByGlobalNorm,
  elementwise,
  type Optimizer,
  schedule,
  tree,
} from 'gradus'
import { useWebgl } from 'gradus/webgl'
import { beforeAll, describe, expect, test } from 'vitest'
import { step } from '../../../src/train/advance.ts'
import { optimizers } from '../../optimizers.ts'
import { gradientFor, mixed } from '../../random.ts'
import { callsOf } from './calls.ts'

beforeAll(() => useWebgl())

const lr = schedule.cosine({ from: 0.01, over: 50 })
const clipped = chain(clipByGlobalNorm(1), adamw({ lr, weightDecay: 0.1 }))

/** What so many more steps call, after some. */
const running = (optimizer: Optimizer, before: number, steps: number) => {
  const params = mixed()
  const grads = gradientFor(params, 1)
  let carry = begin(optimizer, params)
  const run = (n: number) =>
    callsOf(() => {
      for (let i = 0; i < n; i++) carry = advance(optimizer)(carry, grads, 1)
    })
  const [first, rest] = [run(before), run(steps)]
  const theta = tree.leaves<unknown>(carry.params as never).map((x) => Array.from((x as tf.Tensor).dataSync()))
  expect(theta.flat().every(Number.isFinite)).toBe(true)
  tree.dispose([carry, params, grads])
  return { first, rest }
}

describe('a clipped AdamW step', () => {
  test('compiles nothing after the first, though lr changes, makes no texture after the second, and reads nothing at all', () => {
    const { first, rest } = running(clipped, 2, 8)
    expect(first.reads).toBe(0)
    expect(rest).toEqual({ shaders: 0, textures: 0, reads: 0 })
    expect(running(clipped, 1, 1).rest.shaders).toBe(0)
  })

  test('with a guard reads one number', () => {
    const params = mixed()
    const grads = gradientFor(params, 1)
    const carry = begin(clipped, params)
    let next: typeof carry | undefined
    const { reads } = callsOf(() => {
      next = step(clipped, carry, { grads, guard: true })
    })
    expect(reads).toBe(1)
    expect(next).toBeDefined()
    tree.dispose([next, params, grads])
  })

  test('needs no more programs for other shapes', () => {
    const optimizer = adam({ lr })
    const steps = (shapes: readonly (readonly number[])[]) => {
      const params = shapes.map((shape) => tf.ones([...shape]))
      let carry = begin(optimizer, params)
      const calls = callsOf(() => {
        for (let i = 0; i < 2; i++) carry = advance(optimizer)(carry, params)
      })
      tree.dispose([carry, params])
      return calls.shaders
    }
    // With padding and without.
    expect(steps([[3], [4, 4]])).toBeLessThanOrEqual(2)
    const many = Array.from({ length: 100 }, (_, i) => [1 + (i % 10), 1 + Math.floor(i / 10)])
    expect(steps([...many, [2, 3, 4], [1, 2, 3, 4], [100_000], []])).toBe(0)
  })
})

/** A schedule at a clock that stops where a gradient is not finite, which the GPU knows. */
const READING = ['skipNonFinite']

test.each(Object.entries(optimizers))(
  '%s reads nothing and, once it has a step of each kind, makes no texture',
  (name, optimizer) => {
    const { rest } = running(optimizer, 4, 2)
    expect(rest.reads > 0).toBe(READING.includes(name))
    expect(rest.textures).toBe(0)
  },
)

test('an elementwise formula is compiled once, whatever its operands’ shapes and numbers are', () => {
  const op = elementwise((x, y, c) => x.mul(c).add(y.tanh()))
  const run = (shape: number[], c: number) => {
    const x = tf.ones(shape)
    const y = op(x, x, c)
    y.dataSync()
    tree.dispose([x, y])
  }
  expect(callsOf(() => run([2, 2], 1)).shaders).toBe(1)
  expect(callsOf(() => run([4, 6], 2)).shaders).toBe(0)
  expect(callsOf(() => run([3], 2)).shaders).toBe(1)
  expect(callsOf(() => run([5, 7], 3)).shaders).toBe(0)
})
