import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { chain, clip, type Optimizer, scale, sgd } from 'gradus'
import { afterAll, describe, expect, test } from 'vitest'
import { homogeneous, odd } from '../../laws/claim/claims.ts'
import { Refuted } from '../../laws/refuted.ts'
import { suite } from '../../laws/suite.ts'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'gradus-suite-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const lawsOf = (mine: Optimizer) => [...odd(mine), ...homogeneous(mine)]

// This runner's own functions.
suite({ describe, test }, 'sgd, in vitest', lawsOf(sgd({ lr: 0.1 })))
suite({ describe, it: test }, 'a factor, with few runs', lawsOf(scale(2)), { numRuns: 7, seed: 1 })

describe('a suite', () => {
  /** What is left to be done by a runner like Mocha. */
  const told = (laws: Parameters<typeof suite>[2], parameters?: Parameters<typeof suite>[3]) => {
    const tests: (readonly [title: string, run: () => void])[] = []
    let title = ''
    const runner = {
      describe: (name: string, body: () => void) => {
        title = name
        body()
      },
      it: (name: string, body: () => void) => tests.push([name, body]),
    }
    suite(runner, 'mine', laws, parameters)
    return { title, tests }
  }

  test('has a test for each law, of its name', () => {
    const { title, tests } = told(lawsOf(sgd({ lr: 0.1 })))
    expect(title).toBe('mine')
    expect(tests.map(([name]) => name)).toEqual(['odd', 'homogeneous'])
    for (const [, run] of tests) expect(run()).toBe(undefined)
  })

  test('fails where a law does not hold', () => {
    const { tests } = told(lawsOf(chain(clip(1), sgd({ lr: 0.1 }))))
    const runs = tests.map(([, run]) => run)
    expect(runs[0]).not.toThrow()
    expect(runs[1]).toThrow(Refuted)
  })

  test('hands on fast-check’s parameters', () => {
    let drawn = 0
    const assert = (parameters?: { numRuns?: number }) => {
      drawn = parameters?.numRuns ?? 0
    }
    const { tests } = told([{ name: 'mine', equation: '', words: '', assert }], { numRuns: 13 })
    tests[0]?.[1]()
    expect(drawn).toBe(13)
  })
})

test('node:test runs it', async () => {
  const file = join(folder, 'mine.test.ts')
  writeFileSync(
    file,
    `import { describe, test } from 'node:test'
     import { chain, clip, sgd } from 'gradus'
     import { homogeneous, odd } from '${at('../../laws/claim/claims.ts')}'
     import { suite } from '${at('../../laws/suite.ts')}'
     const lawsOf = (mine) => [...odd(mine), ...homogeneous(mine)]
     suite({ describe, test }, 'sound', lawsOf(sgd({ lr: 0.1 })))
     suite({ describe, test }, 'clipped', lawsOf(chain(clip(1), sgd({ lr: 0.1 }))), { seed: 1 })`,
  )
  const run = promisify(execFile)(process.execPath, ['--import', 'tsx', '--test', '--test-reporter=tap', file], {
    cwd: at('../..'),
    env: { ...process.env, TSX_TSCONFIG_PATH: at('../docs/tsconfig.json'), NODE_OPTIONS: '' },
  })
  const { code, stdout } = await run.then(
    () => expect.unreachable(),
    (error: { code: number; stdout: string }) => error,
  )
  expect(code).toBe(1)
  expect(stdout).toMatch(/^# pass 3$/m)
  expect(stdout).toMatch(/^# fail 1$/m)
  expect(stdout).toMatch(/^ +ok 1 - odd$/m)
  expect(stdout).toMatch(/^ +not ok 2 - homogeneous$/m)
  expect(stdout).toContain('"homogeneous" does not hold: Δ(c · gs, θ) = c · Δ(gs, θ)')
})
