import * as tf from '@tensorflow/tfjs-core'
import { adamw, advance, begin, chain, clipByGlobalNorm, elementwise, tree, valueAndGrad } from 'gradus'
import { useWebgl } from 'gradus/webgl'
import { beforeAll, describe, expect, test } from 'vitest'
import { alive } from '../../backends.ts'
import { distance } from '../../close.ts'
import { restart } from '../context.ts'

beforeAll(() => useWebgl())

const optimizer = chain(clipByGlobalNorm(1), adamw())
const trees = () => ({ a: tf.ones([5]), b: [tf.ones([2, 3]), tf.scalar(1)] })

describe('useWebgl', () => {
  test('sets the back end up, with gradients, and can be called again', async () => {
    await useWebgl()
    expect(tf.getBackend()).toBe('webgl')
    const [w, x] = [tf.tensor2d([[1, 2]]), tf.tensor2d([[0.5]])]
    const [loss, g] = valueAndGrad((p: tf.Tensor2D) => tf.sum(tf.tanh(tf.matMul(x, p))) as tf.Scalar)(w)
    expect(distance(g, [[0.3932238664829637, 0.2099871708070131]].map((row) => tf.tensor2d([row]))[0])).toBeLessThan(
      1e-6,
    )
    tree.dispose([w, x, loss, g])
  })

  test('takes the place of what ran op by op before it', async () => {
    const op = elementwise((x) => x.tanh().mul(2))
    const x = tf.tensor1d([1, 2])
    const { kernels } = await tf.profile(() => op(x))
    expect(kernels.map(({ name }) => name)).toEqual(['GradusElementwise'])
    x.dispose()
  })
})

test('a step is one kernel call for the whole tree, which profiles see', async () => {
  const params = trees()
  let carry = begin(optimizer, params)
  const stepping = await tf.profile(() => {
    carry = advance(optimizer)(carry, params)
    return [] as tf.Tensor[]
  })
  expect(stepping.kernels.map(({ name }) => name)).toEqual(['GradusStep'])
  const updating = await tf.profile(() => {
    const [state, delta] = optimizer.update(carry.state, params, 2, { params: carry.params })
    tree.dispose([state, delta])
    return [] as tf.Tensor[]
  })
  expect(updating.kernels.map(({ name }) => name)).toEqual(['GradusStep'])
  tree.dispose([carry, params])
})

test('steps leave as many tensors and buffers as there were', () => {
  const params = trees()
  let carry = begin(optimizer, params)
  carry = advance(optimizer)(carry, params)
  const before = { ...alive(), bytes: tf.memory().numBytes }
  for (let i = 0; i < 5; i++) carry = advance(optimizer)(carry, params)
  expect({ ...alive(), bytes: tf.memory().numBytes }).toEqual(before)
  tree.dispose([carry, params])
})

test('a read of θ that is still under way when a step is made gets θ as it was', async () => {
  const params = tf.fill([300], 3)
  const carry = begin(optimizer, params)
  const once = advance(optimizer)(carry, params)
  const now = Array.from((once.params as tf.Tensor).dataSync())
  const reading = (once.params as tf.Tensor).data()
  const twice = advance(optimizer)(once, params)
  expect(Array.from(await reading)).toEqual(now)
  expect((twice.params as tf.Tensor).dataSync()[0]).not.toBe(now[0])
  tree.dispose([twice, params])
})

test('a slice of θ that a model still holds stays as it was', () => {
  const params = tf.fill([300], 3)
  const carry = begin(optimizer, params)
  const once = advance(optimizer)(carry, params)
  const part = tf.slice(once.params as tf.Tensor, [10], [20])
  const now = Array.from(tf.mul(part, 1).dataSync())
  let last = advance(optimizer)(once, params)
  for (let i = 0; i < 3; i++) last = advance(optimizer)(last, params)
  expect(Array.from(part.dataSync())).toEqual(now)
  tree.dispose([last, params, part])
})

test('on a back end that is made anew, with a context of its own, the same rule goes on', async () => {
  const step = () => {
    const params = trees()
    const carry = advance(optimizer)(begin(optimizer, params), params)
    const found = tree.tensors(carry.params).map((x) => Array.from(x.dataSync()))
    tree.dispose([carry, params])
    return found
  }
  const before = step()
  await restart()
  expect(step()).toEqual(before)
})
