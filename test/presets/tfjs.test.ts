import * as tf from '@tensorflow/tfjs'
import { advance, begin, type Optimizer, simulate, tree } from 'gradus'
import { tfjs } from 'gradus/presets'
import { describe, expect, test } from 'vitest'
import { backends } from '../backends.ts'
import { ruler } from '../close.ts'
import { asArrays, gaussian, gradientFor, normal } from '../random.ts'

/** Each preset beside the real `tf.train`, in the same process and on the same back end. */

type Pair = readonly [ours: Optimizer, theirs: () => tf.Optimizer]

const pairs: Readonly<Record<string, Pair>> = {
  sgd: [tfjs.sgd({ learningRate: 0.1 }), () => tf.train.sgd(0.1)],
  momentum: [tfjs.momentum({ learningRate: 0.05, momentum: 0.8 }), () => tf.train.momentum(0.05, 0.8)],
  'momentum, Nesterov': [
    tfjs.momentum({ learningRate: 0.05, momentum: 0.7, useNesterov: true }),
    () => tf.train.momentum(0.05, 0.7, true),
  ],
  adagrad: [tfjs.adagrad({ learningRate: 0.1 }), () => tf.train.adagrad(0.1)],
  'adagrad, another start': [
    tfjs.adagrad({ learningRate: 0.3, initialAccumulatorValue: 0.7 }),
    () => tf.train.adagrad(0.3, 0.7),
  ],
  adadelta: [tfjs.adadelta(), () => tf.train.adadelta()],
  'adadelta, all options': [
    tfjs.adadelta({ learningRate: 0.5, rho: 0.8, epsilon: 1e-3 }),
    () => tf.train.adadelta(0.5, 0.8, 1e-3),
  ],
  adam: [tfjs.adam(), () => tf.train.adam()],
  'adam, all options': [
    tfjs.adam({ learningRate: 0.03, beta1: 0.8, beta2: 0.95, epsilon: 1e-2 }),
    () => tf.train.adam(0.03, 0.8, 0.95, 1e-2),
  ],
  adamax: [tfjs.adamax(), () => tf.train.adamax()],
  'adamax, all options': [
    tfjs.adamax({ learningRate: 0.05, beta1: 0.8, beta2: 0.9, epsilon: 1e-2, decay: 0.3 }),
    () => tf.train.adamax(0.05, 0.8, 0.9, 1e-2, 0.3),
  ],
  rmsprop: [tfjs.rmsprop({ learningRate: 0.02 }), () => tf.train.rmsprop(0.02)],
  'rmsprop, momentum': [
    tfjs.rmsprop({ learningRate: 0.02, decay: 0.8, momentum: 0.7, epsilon: 1e-3 }),
    () => tf.train.rmsprop(0.02, 0.8, 0.7, 1e-3),
  ],
  'rmsprop, centered': [
    tfjs.rmsprop({ learningRate: 0.01, momentum: 0.5, centered: true }),
    () => tf.train.rmsprop(0.01, 0.9, 0.5, undefined, true),
  ],
}

const STEPS = 20
const start = () => {
  const next = gaussian(7)
  return { kernel: normal([4, 3], next), bias: normal([3], next) }
}

/** Along the way of theirs, how far ours is: on tensors, and in float64. */
const distances = ([ours, theirs]: Pair, from = 1) => {
  const params = start()
  const variables = Object.entries(params).map(([name, x]) => ({ name, variable: tf.variable(x, true) }))
  const optimizer = theirs()
  let carry = begin(ours, params)
  const grads = Array.from({ length: STEPS }, (_, i) => gradientFor(params, i + from))
  const exact = [...simulate(ours, asArrays(params) as never, grads.map(asArrays) as never)]
  const [onTensors, inFloat64] = [ruler(), ruler()]
  let far = 0
  let off = 0
  for (const [i, grad] of grads.entries()) {
    optimizer.applyGradients(
      variables.map(({ name, variable }) => ({ name: variable.name, tensor: grad[name as keyof typeof grad] })),
    )
    carry = advance(ours)(carry, grad)
    const now = Object.fromEntries(variables.map(({ name, variable }) => [name, variable as tf.Tensor]))
    far = Math.max(far, onTensors(carry.params, now))
    off = Math.max(off, inFloat64(exact[i]?.params, now))
  }
  const last = asArrays(carry.params) as Readonly<Record<string, Float64Array>>
  tree.dispose([params, grads, carry])
  for (const { variable } of variables) variable.dispose()
  optimizer.dispose()
  return { far, off, last }
}

describe.each(backends)('on %s', (_, set) => {
  test.each(Object.entries(pairs))('tfjs.%s is tf.train’s', async (_, pair) => {
    await set()
    const { far, off, last } = distances(pair)
    expect(far).toBeLessThan(1e-5)
    expect(off).toBeLessThan(1e-4)
    expect(Object.values(last).every((x) => x.every(Number.isFinite))).toBe(true)
  })

  test('centered, both make NaN of an entry whose first gradient is 0', async () => {
    await set()
    // The third of these gradients has zeros.
    const { far, off, last } = distances(pairs['rmsprop, centered'] as Pair, 3)
    const entries = Object.values(last).flatMap((x) => [...x])
    expect([far < 1e-5, off < 1e-4]).toEqual([true, true])
    expect(new Set(entries.map(Number.isNaN))).toEqual(new Set([true, false]))
  })
})

test('an epsilon of null is the back end’s', async () => {
  for (const [, set] of backends) {
    await set()
    expect(tf.backend().epsilon()).toBe(1e-7)
  }
  const given = tfjs.adam({ epsilon: 1e-7 })
  const arrays = { x: Float64Array.of(1e-6) }
  const after = (optimizer: Optimizer) => [...simulate(optimizer, arrays, [arrays])].at(-1)?.params.x[0]
  expect(after(tfjs.adam({ epsilon: null }))).toBe(after(given))
})
