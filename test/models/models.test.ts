import * as tf from '@tensorflow/tfjs'
import { useWasm } from 'gradus/wasm'
import { describe, expect, test } from 'vitest'
import { learn } from './learn.ts'
import { small } from './small.ts'

/** In Node here, and in a browser by `test/browser`. */
describe('models of plain tf.* code train on WASM as on the CPU', () => {
  test.each(small)('$name', async (model) => {
    await tf.setBackend('cpu')
    const expected = learn(model, 5).losses
    await useWasm()
    const { losses, left } = learn(model, 5)
    for (const [i, loss] of losses.entries()) expect(loss / (expected[i] as number)).toBeCloseTo(1, 3)
    expect(losses.at(-1)).toBeLessThan(losses[0] as number)
    expect(left).toBe(0)
  })
})
