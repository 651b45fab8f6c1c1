import * as tf from '@tensorflow/tfjs'
import { chain, clip, type Optimizer, scheduleFreeAdamw, scheduleFreeSgd, simulate, stateBytes } from 'gradus'
import { describe, expect, test } from 'vitest'
import { gaussian } from '../random.ts'

const B1 = 0.8
const rate = (t: number) => 0.1 * Math.min(1, t / 5)

/** The paper's x, y and z as they stand there, for one parameter, with a base's step u(g, y, t) and its rate. */
const imperative = (
  start: number,
  gradients: readonly number[],
  base: (g: number, y: number, t: number) => { u: number; lr: number },
) => {
  let [x, z, W] = [start, start, 0]
  return gradients.map((g, i) => {
    const y = (1 - B1) * z + B1 * x
    const { u, lr } = base(g, y, i + 1)
    z += u
    W += lr ** 2
    const c = lr ** 2 / W
    x = (1 - c) * x + c * z
    return { x, y: (1 - B1) * z + B1 * x }
  })
}

const next = gaussian(3)
const gradients = Array.from({ length: 40 }, () => next() * 10 ** next())
const START = 1.5

const sgd = () => (g: number, y: number, t: number) => ({ u: -rate(t) * (g + 0.1 * y), lr: rate(t) })

const adamw = () => {
  let v = 0
  return (g: number, y: number, t: number) => {
    v = 0.9 * v + 0.1 * g ** 2
    const lr = rate(t) * Math.sqrt(1 - 0.9 ** t)
    return { u: -lr * (g / (Math.sqrt(v) + 1e-8) + 0.1 * y), lr }
  }
}

describe.each([
  ['scheduleFreeSgd', scheduleFreeSgd({ lr: rate, b1: B1, weightDecay: 0.1 }), sgd],
  ['scheduleFreeAdamw', scheduleFreeAdamw({ lr: rate, b1: B1, b2: 0.9, weightDecay: 0.1 }), adamw],
] as const)('%s', (_, optimizer, base) => {
  test.each<readonly [string, Optimizer]>([
    ['alone', optimizer],
    ['in a chain', chain(clip(1e9), optimizer)],
  ])('%s has y as θ and x as its readout', (_, whole) => {
    const expected = imperative(START, gradients, base())
    const source = gradients.map((g) => Float64Array.of(g))
    for (const { t, params, state } of simulate(whole, Float64Array.of(START), source)) {
      const { x, y } = expected[t - 1] as { x: number; y: number }
      expect(params[0]).toBeCloseTo(y, 12)
      expect(whole.readout?.(state, params)?.[0]).toBeCloseTo(x, 12)
    }
  })
})

test('before the first update x is θ', () => {
  const optimizer = scheduleFreeSgd()
  const params = Float64Array.of(1, -2)
  expect(optimizer.readout?.(optimizer.init(params as never), params)).toEqual(params)
})

test('nothing is averaged while the rate is 0', () => {
  const source = [1, 1, 1].map((g) => Float64Array.of(g))
  const path = [...simulate(scheduleFreeSgd({ lr: (t) => (t < 3 ? 0 : 0.5) }), Float64Array.of(2), source)]
  expect(path.map(({ params }) => params[0])).toEqual([2, 2, 1.5])
})

test('x takes no memory: one slot an element for SGD, two for AdamW, and a number', () => {
  const params = tf.zeros([10])
  expect(stateBytes(scheduleFreeSgd(), params)).toBe(44)
  expect(stateBytes(scheduleFreeAdamw(), params)).toBe(84)
  params.dispose()
})
