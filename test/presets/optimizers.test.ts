import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { backend, useBackend } from '../backends.ts'
import { type Framework, recordings } from '../golden/recording.ts'
import { skipped } from '../golden/skipped.ts'
import { inFloat64, onTensors, presetOf } from './replay.ts'

/** Of the leaf's largest entry so far: in float32, after thirty steps whose gradients range over four orders of magnitude. */
const FLOAT32 = 2e-4

/** Every optimizer that a framework recorded, under its name and with its options, beside what it did. */
describe.each([
  ['torch', 26, 1e-12],
  ['keras', 19, 1e-12],
  ['optax', 205, 1e-9],
  ['optax-transforms', 93, 1e-9],
] as const satisfies readonly (readonly [Framework, number, number])[])('%s', (framework, count, float64) => {
  const all = recordings(framework)
  const replayed = all.filter(({ id }) => !(id in skipped[framework]))
  const cases = replayed.map((recording) => [recording.id, recording] as const)

  test('has all its recordings replayed, but those for which there is a reason', () => {
    const ids = all.map(({ id }) => id)
    expect(new Set(ids).size).toBe(count)
    expect(ids).toEqual(expect.arrayContaining(Object.keys(skipped[framework])))
    expect(replayed.length + Object.keys(skipped[framework]).length).toBe(count)
    for (const { grads } of all) expect(grads.length).toBeGreaterThan(5)
  })

  describe('in float64, or on the CPU where it is no formula', () => {
    beforeAll(async () => {
      await tf.setBackend('cpu')
    })

    test.each(cases)('%s', (_, recording) => {
      const optimizer = presetOf(framework, recording)
      if (optimizer.rule) expect(inFloat64(optimizer, recording)).toBeLessThan(float64)
      else expect(onTensors(optimizer, recording)).toBeLessThan(FLOAT32)
    })
  })

  describe(`fused on ${backend}`, () => {
    beforeAll(useBackend)

    test.each(cases)('%s', (_, recording) => {
      expect(onTensors(presetOf(framework, recording), recording)).toBeLessThan(FLOAT32)
    })
  })
})
