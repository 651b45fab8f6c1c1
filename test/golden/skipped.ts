import type { Framework } from './recording.ts'

/** Recordings that no preset replays, by id, and why. */
export const skipped: Readonly<Record<Framework, Readonly<Record<string, string>>>> = {
  torch: {},
  keras: {},
  optax: {},
  'optax-transforms': {},
}
