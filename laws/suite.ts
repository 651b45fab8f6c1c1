import type fc from 'fast-check'
import type { Law } from './law.js'

/**
 * A list of laws as a test runner's suite, a test a law:
 *
 *     suite({ describe, test }, 'lion', laws.optimizer(lion({ lr: 1e-3 })))
 *
 * The runner's own functions are given, whoever's they are: vitest's, Jest's, node:test's; Mocha's `{ describe, it }`.
 */
export type Runner = {
  readonly describe: (title: string, tests: () => void) => unknown
} & ({ readonly test: Test } | { readonly it: Test })

type Test = (title: string, body: () => void) => unknown

/** `parameters` are fast-check's, for each law: `{ numRuns: 1000, seed: 7 }`. */
export const suite = (
  runner: Runner,
  title: string,
  laws: readonly Law[],
  parameters?: fc.Parameters<unknown>,
): void => {
  const test = 'test' in runner ? runner.test : runner.it
  runner.describe(title, () => {
    for (const law of laws) test(law.name, () => law.assert(parameters))
  })
}
