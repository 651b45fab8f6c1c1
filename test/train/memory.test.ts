import * as tf from '@tensorflow/tfjs'
import { adamw, advance, batches, begin, chain, clipByGlobalNorm, fit, type Optimizer, train, tree } from 'gradus'
import { useWasm } from 'gradus/wasm'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { alive, backends } from '../backends.ts'
import { opaque } from '../optimizer/laws.ts'
import { optimizers } from '../optimizers.ts'
import { gradientFor, mixed } from '../random.ts'

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

describe.each(backends)('on %s,', (_, set) => {
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
    // The carry and the batch that is being looked at, at every step.
    expect([...counts]).toEqual([before.tensors + owned + 2])
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

describe('on wasm, after its first calls,', () => {
  beforeAll(() => useWasm())

  const heap = () => {
    const { wasm } = tf.backend() as unknown as { wasm: { HEAPF32: Float32Array; _malloc: unknown } }
    return wasm
  }

  test.each(Object.entries(optimizers))('advance of %s makes no tensor and takes no memory', (_, optimizer) => {
    const params = mixed()
    const grad = gradientFor(params, 1)
    let carry = begin(optimizer, params)
    // Its longest period: a loop that is first needed at a later step may need a longer table.
    for (let t = 0; t < 12; t++) carry = advance(optimizer)(carry, grad, 1)
    const tensors = tree.tensors(carry)
    const before = { ...alive(), bytes: heap().HEAPF32.buffer.byteLength, numBytes: tf.memory().numBytes }
    const wasm = heap() as { _malloc: (bytes: number) => number }
    const malloc = wasm._malloc
    let allocations = 0
    wasm._malloc = (bytes) => {
      allocations += 1
      return malloc(bytes)
    }
    try {
      for (let t = 0; t < 100; t++) carry = advance(optimizer)(carry, grad, 1)
    } finally {
      wasm._malloc = malloc
    }
    expect(allocations).toBe(0)
    expect({ ...alive(), bytes: heap().HEAPF32.buffer.byteLength, numBytes: tf.memory().numBytes }).toEqual(before)
    expect(tree.tensors(carry).every((x, i) => x === tensors[i])).toBe(true)
    tree.dispose([carry, params, grad])
  })

  test('memory that grows under a run does not lose it', () => {
    const params = mixed()
    const grad = gradientFor(params, 1)
    let carry = advance(optimizer)(begin(optimizer, params), grad)
    const before = heap().HEAPF32.buffer.byteLength
    const large = [tf.zeros([1 << 22]), tf.zeros([1 << 22])]
    expect(heap().HEAPF32.buffer.byteLength).toBeGreaterThan(before)
    const was = Array.from(carry.params.long[0]?.[0]?.dataSync() ?? [])
    carry = advance(optimizer)(carry, grad)
    const now = Array.from(carry.params.long[0]?.[0]?.dataSync() ?? [])
    expect(now).toHaveLength(37)
    expect(now.every((x, i) => Number.isFinite(x) && x !== was[i])).toBe(true)
    tree.dispose([carry, params, grad, large])
  })
})
