// tfjs-core alone, as a user has it who needs no other back end: the gradients come from useWasm.
import * as tf from '@tensorflow/tfjs-core'
import { adamw, advance, begin, chain, clipByGlobalNorm, tree, valueAndGrad } from 'gradus'
import { useWasm } from 'gradus/wasm'
import { beforeAll, describe, expect, test } from 'vitest'

const crashListeners = () =>
  ['uncaughtException', 'unhandledRejection'].map((event) => process.listeners(event as never))
const values = (x: tf.Tensor) => Array.from(x.dataSync())

/** As they are before useWasm was ever called. */
let own: unknown
let listeners: unknown

beforeAll(async () => {
  own = tf.getKernel('BatchMatMul', 'wasm')
  listeners = crashListeners()
  await useWasm()
})

describe('useWasm', () => {
  test('sets the back end up, with gradients, and can be called again', async () => {
    await useWasm()
    await useWasm()
    expect(tf.getBackend()).toBe('wasm')
    const w = tf.tensor2d([[1, 2]])
    const [loss, g] = valueAndGrad((p: tf.Tensor2D, x: tf.Tensor2D) => tf.sum(tf.tanh(tf.matMul(x, p))) as tf.Scalar)(
      w,
      tf.tensor2d([[0.5]]),
    )
    expect(values(g).every((x) => x > 0 && x < 0.5)).toBe(true)
    tree.dispose([w, loss, g])
  })

  test('leaves no listener that prints the module on a crash', () => {
    expect(crashListeners()).toEqual(listeners)
  })

  test('puts its kernels in the place of tfjs’s own, and takes them back where it is told to', async () => {
    expect(own).toBeDefined()
    expect(tf.getKernel('BatchMatMul', 'wasm')).not.toBe(own)
    const a = tf.randomNormal<tf.Rank.R2>([5, 7], 0, 1, 'float32', 1)
    const b = tf.randomNormal<tf.Rank.R2>([9, 7], 0, 1, 'float32', 2)
    const product = () => {
      const c = tf.matMul(a, b, false, true)
      const found = values(c)
      c.dispose()
      return found
    }
    const ours = product()
    await useWasm({ kernels: false })
    expect(tf.getKernel('BatchMatMul', 'wasm')).toBe(own)
    const theirs = product()
    for (const [i, x] of ours.entries()) expect(Math.abs(x - (theirs[i] as number))).toBeLessThan(1e-5)
    await useWasm()
    expect(tf.getKernel('BatchMatMul', 'wasm')).not.toBe(own)
    expect(product()).toEqual(ours)
    tree.dispose([a, b])
  })

  test('of calls at the same time, the last one holds', async () => {
    await Promise.all([useWasm({ kernels: false }), useWasm(), useWasm({ kernels: false })])
    expect(tf.getKernel('BatchMatMul', 'wasm')).toBe(own)
    await Promise.all([useWasm({ kernels: false }), useWasm()])
    expect(tf.getKernel('BatchMatMul', 'wasm')).not.toBe(own)
  })
})

describe.each([true, false])('with kernels: %s, a step', (kernels) => {
  beforeAll(() => useWasm({ kernels }))

  test('is one call of one kernel for the whole tree, which profiles see', async () => {
    const optimizer = chain(clipByGlobalNorm(1), adamw())
    const params = { a: tf.ones([5]), b: [tf.ones([2, 3]), tf.scalar(1)] }
    let carry = begin(optimizer, params)
    const stepping = await tf.profile(() => {
      carry = advance(optimizer)(carry, params)
      return [] as tf.Tensor[]
    })
    expect(stepping.kernels.map(({ name }) => name)).toEqual(['GradusStep'])
    expect(stepping.newTensors).toBe(0)
    const updating = await tf.profile(() => {
      const [state, delta] = optimizer.update(carry.state, params, 2, { params: carry.params })
      tree.dispose([state, delta])
      return [] as tf.Tensor[]
    })
    expect(updating.kernels.map(({ name }) => name)).toEqual(['GradusStep'])
    tree.dispose([carry, params])
  })
})
