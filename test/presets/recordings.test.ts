import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { fromKeras, fromOptax, fromTorch, type Named } from './recording.ts'

/** What the frameworks' own schedules were at the counts 0, 1, 2, …, replayed under their names and with their options. */
interface Recording extends Named {
  readonly id: string
  readonly t: readonly number[]
  readonly values: readonly number[]
}

const recorded = (framework: string): readonly Recording[] => {
  const text = readFileSync(new URL(`../golden/${framework}-schedules.json`, import.meta.url), 'utf8')
  return (JSON.parse(text) as { cases: Recording[] }).cases
}

describe.each([
  ['torch', fromTorch, 1e-12, 16],
  // Keras computes in float32, or takes a cosine in it.
  ['keras', fromKeras, 2e-6, 14],
  ['optax', fromOptax, 1e-12, 52],
] as const)('the schedules recorded from %s', (framework, presetOf, tolerance, count) => {
  const recordings = recorded(framework)
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
