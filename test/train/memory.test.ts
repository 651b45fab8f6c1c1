import * as tf from '@tensorflow/tfjs'
import { adamw, batches, begin, chain, clipByGlobalNorm, fit, type Optimizer, train, tree } from 'gradus'
import { beforeEach, describe, expect, test } from 'vitest'
import { alive, backends } from '../backends.ts'
import { opaque } from '../optimizer/laws.ts'

/** A small regression whose loss uses and leaves behind what a model does. */
const problem = () => {
  const params = { w: tf.randomNormal<tf.Rank.R2>([3, 2], 0, 1, 'float32', 1), b: tf.zeros<tf.Rank.R1>([2]) }
  const data = {
    x: tf.randomNormal<tf.Rank.R2>([50, 3], 0, 1, 'float32', 2),
    y: tf.randomNormal<tf.Rank.R2>([50, 2], 0, 1, 'float32', 3),
  }
  const loss = (p: typeof params, batch: typeof data) =>
    tf.matMul(batch.x, p.w).add(p.b).tanh().sub(batch.y).square().mean() as tf.Scalar
  return { params, data, loss }
}

const optimizer: Optimizer = chain(clipByGlobalNorm(1), adamw({ lr: 0.01 }))

describe.each(backends)('on %s,', (backend, set) => {
  beforeEach(set)

  test.each([
    ['a rule', optimizer],
    ['an opaque optimizer', opaque(optimizer)],
  ] as [string, Optimizer][])('1,000 steps of train with %s leave what one step leaves', async (_, optimizer) => {
    const { params, data, loss } = problem()
    const before = alive()
    const carry = begin(optimizer, params)
    const owned = tree.tensors(carry).length
    const counts = new Set<number>()
    let last = carry
    for await (const progress of train({ loss, optimizer }, carry, batches(data, { size: 8 }))) {
      counts.add(tf.memory().numTensors)
      last = progress.carry
      if (last.t === 1000) break
    }
    // The carry and the batch that is being looked at, at every step; and on WebGL the carry that is kept.
    expect([...counts]).toEqual([before.tensors + owned + 2 + (backend === 'webgl' ? owned : 0)])
    expect(alive()).toEqual({ tensors: before.tensors + owned, buffers: before.buffers + owned })
    expect(last.t).toBe(1000)
    tree.dispose(last)
    expect(alive()).toEqual(before)
    tree.dispose([params, data])
  })

  test('fit leaves its carry and nothing else', async () => {
    const { params, data, loss } = problem()
    const before = alive()
    const result = await fit({ loss, optimizer }, begin(optimizer, params), batches(data, { size: 7, epochs: 3 }))()
    if (result._tag === 'Left') throw new Error('fit failed')
    expect(alive().tensors - before.tensors).toBe(tree.tensors(result.right).length)
    tree.dispose(result.right)
    expect(alive()).toEqual(before)
    tree.dispose([params, data])
  })

  test('a loss that throws leaves the carry and nothing else', async () => {
    const { params, data } = problem()
    const carry = begin(optimizer, params)
    const before = alive()
    const loss = (p: typeof params, batch: typeof data): tf.Scalar => {
      tf.matMul(batch.x, p.w).square()
      throw new Error('the loss is broken')
    }
    const run = fit({ loss, optimizer }, carry, batches(data, { size: 7 }))
    await expect(run()).rejects.toThrow('the loss is broken')
    expect(alive()).toEqual(before)
    expect(carry.t).toBe(0)
    tree.dispose([carry, params, data])
  })
})
