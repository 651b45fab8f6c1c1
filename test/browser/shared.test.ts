import * as tf from '@tensorflow/tfjs'
import { expect, test } from 'vitest'
import type { WasmBackend } from '../../src/kernel/heap.ts'
import { isShared } from '../../src/kernel/heap.ts'

test('the memory is shared by threads where the page is isolated from other origins, and nowhere else', () => {
  expect(isShared(tf.backend() as WasmBackend)).toBe(crossOriginIsolated)
})
