import { expect, test } from 'vitest'
import { useBackend } from '../backends.ts'

/** Names of laws are public: who has left one out by its name, or looks for it in a report, finds it after the next release. */
await useBackend()
const { chapters } = await import('../../docs/laws/chapters.ts')
const names = chapters.flatMap(({ asks }) =>
  asks.flatMap(({ name, laws }) => laws.map((law) => [law.name, name] as const)),
)

test('stay as they are', () => {
  expect([...new Set(names.map(([law]) => law))].sort()).toMatchSnapshot()
})
