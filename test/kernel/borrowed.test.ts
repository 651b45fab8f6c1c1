import * as tf from '@tensorflow/tfjs'
import { useWasm } from 'gradus/wasm'
import { beforeAll, expect, test } from 'vitest'
import { borrow, output, type WasmBackend } from '../../src/kernel/heap.ts'
import { alive } from '../backends.ts'
import { lineOf } from '../oncpu.ts'

beforeAll(() => useWasm())

const none = { wasm: { _malloc: () => 0 } } as unknown as WasmBackend

test('memory that is borrowed goes back, whatever happens', () => {
  const freed: number[] = []
  // The fourth gigabyte: addresses come signed.
  const backend = { wasm: { _malloc: () => -16, _free: (at: number) => freed.push(at) } } as unknown as WasmBackend
  expect(borrow(backend, 8, (at) => at)).toBe(2 ** 32 - 16)
  const failing = () =>
    borrow(backend, 8, () => {
      throw new Error('no')
    })
  expect(lineOf(failing)).toBe('no')
  expect(freed.map((at) => at >>> 0)).toEqual([2 ** 32 - 16, 2 ** 32 - 16])
})

test('no memory left is an error, and a result that cannot be made leaves nothing', () => {
  const backend = tf.backend() as WasmBackend
  const before = alive()
  const line = lineOf(() => output(backend, [3], () => borrow(none, 123, () => {})))
  expect(line).toMatch(/no room for 123 bytes/)
  expect(alive()).toEqual(before)
})
