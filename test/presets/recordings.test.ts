import { describe, expect, test } from 'vitest'
import keras from '../golden/keras-schedules.json?raw'
import optax from '../golden/optax-schedules.json?raw'
import torch from '../golden/torch-schedules.json?raw'
import { fromKeras, fromOptax, fromTorch, type Named } from './recording.ts'

/** What the frameworks' own schedules were at the counts 0, 1, 2, …, replayed under their names and with their options. */
interface Recording extends Named {
  readonly id: string
  readonly t: readonly number[]
  readonly values: readonly number[]
}

describe.each([
  ['torch', torch, fromTorch, 1e-12, 16],
  // Keras computes in float32, or takes a cosine in it.
  ['keras', keras, fromKeras, 2e-6, 14],
  ['optax', optax, fromOptax, 1e-12, 52],
] as const)('the schedules recorded from %s', (framework, file, presetOf, tolerance, count) => {
  const { cases: recordings } = JSON.parse(file) as { cases: readonly Recording[] }
  // That one hears a loss, and is an optimizer: plateau.test.ts replays it.
  const schedules = recordings.filter(({ id }) => id !== 'ReduceLROnPlateau')

  test('are all here', () => {
    expect(new Set(recordings.map(({ id }) => id)).size).toBe(count)
    expect(recordings.length - schedules.length).toBe(framework === 'torch' ? 1 : 0)
  })

  test.each(schedules.map((recording) => [recording.id, recording] as const))('%s', (_, recording) => {
    const { t, values } = recording
    const schedule = presetOf(recording)
    const largest = Math.max(...values.map(Math.abs))
    expect(values.length).toBe(t.length)
    expect(values.length).toBeGreaterThan(5)
    for (const [i, count] of t.entries())
      expect(Math.abs(schedule(count + 1) - (values[i] as number)), `at count ${count}`).toBeLessThanOrEqual(
        tolerance * largest,
      )
  })
})
