import * as tf from '@tensorflow/tfjs'
import { adamw, advance, begin, chain, clipByGlobalNorm, tree } from 'gradus'
import { useWasm } from 'gradus/wasm'
import { beforeAll, describe, expect, test } from 'vitest'
import { alive } from '../backends.ts'
import { optimizers } from '../optimizers.ts'
import { gradientFor, mixed } from '../random.ts'

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
    const optimizer = chain(clipByGlobalNorm(1), adamw({ lr: 0.01 }))
    const params = mixed()
    const grad = gradientFor(params, 1)
    let carry = advance(optimizer)(begin(optimizer, params), grad)
    const before = heap().HEAPF32.buffer.byteLength
    const large: tf.Tensor[] = []
    while (heap().HEAPF32.buffer.byteLength === before) large.push(tf.zeros([1 << 22]))
    const was = Array.from(carry.params.long[0]?.[0]?.dataSync() ?? [])
    carry = advance(optimizer)(carry, grad)
    const now = Array.from(carry.params.long[0]?.[0]?.dataSync() ?? [])
    expect(now).toHaveLength(37)
    expect(now.every((x, i) => Number.isFinite(x) && x !== was[i])).toBe(true)
    tree.dispose([carry, params, grad, large])
  })
})
