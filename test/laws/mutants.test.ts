import { describe, expect, test } from 'vitest'
import type { Law } from '../../laws/law.ts'
import { Refuted } from '../../laws/refuted.ts'
import { useBackend } from '../backends.ts'

/** Every law can fail: each mutant is caught by the law that is named, whatever the seed; ten of them in `npm run laws -- --mutants`. */
await useBackend() // first: one law compares back ends
const { mutants } = await import('./mutants.ts')

describe.each(mutants)('$name', ({ laws, law }) => {
  test(`breaks the law: ${law}`, () => {
    const broken = laws.find(({ name }) => name === law) as Law
    for (const seed of [1, 2]) expect(() => broken.assert({ seed })).toThrow(Refuted)
  })
})

test('there are many, and no two of one name', () => {
  expect(mutants.length).toBeGreaterThanOrEqual(60)
  expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length)
})
