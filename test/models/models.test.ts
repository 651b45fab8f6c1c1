import * as tf from '@tensorflow/tfjs'
import { describe, expect, test } from 'vitest'
import { backend, useBackend } from '../backends.ts'
import { fit, fitted } from './layers.ts'
import { learn } from './learn.ts'
import { small } from './small.ts'

const STEPS = 5

const follows = (found: readonly number[], expected: readonly number[]): void => {
  for (const [i, loss] of found.entries()) expect(loss / (expected[i] as number)).toBeCloseTo(1, 3)
  expect(found.length).toBe(expected.length)
  expect(found.at(-1)).toBeLessThan(found[0] as number)
}

/** Their losses are those of tfjs's plain JavaScript back end. */
describe(`models of plain tf.* code train on ${backend} as on the CPU`, () => {
  test.each(small)('$name', async (model) => {
    await tf.setBackend('cpu')
    const expected = learn(model, STEPS)
    await useBackend()
    const { losses, left } = learn(model, STEPS)
    follows(losses, expected.losses)
    expect(left).toBe(0)
  })
})

describe(`models of tf.layers are fitted on ${backend} as on the CPU`, () => {
  test.each(fitted)('$name', async (model) => {
    await tf.setBackend('cpu')
    const expected = await fit(model, STEPS)
    await useBackend()
    follows(await fit(model, STEPS), expected)
  })
})
