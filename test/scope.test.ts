import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createFilter } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromium } from './browser/chromium.ts'
import { nodeOnly, notOnWebgl, webglOnly, withoutTensors } from './browser/scope.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const VITEST = fileURLToPath(new URL('./vitest.mjs', import.meta.resolve('vitest/package.json')))

const all = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => `test/${file}`)
  .sort()

/** Which files Vitest itself says that a project runs. */
const listed = JSON.parse(
  execFileSync(process.execPath, [VITEST, 'list', '--filesOnly', '--json'], { cwd: ROOT, encoding: 'utf8' }),
) as readonly { readonly file: string; readonly projectName: string }[]
const runBy = (project: string): readonly string[] =>
  listed
    .filter(({ projectName }) => projectName === project)
    .map(({ file }) => relative(ROOT, file))
    .sort()

const matches = (pattern: string) => createFilter([pattern], [], { resolve: false })
const standsIn = (...tables: readonly Readonly<Record<string, string>>[]) =>
  createFilter(tables.flatMap(Object.keys), [], { resolve: false })

describe('every test file', () => {
  test('runs in Node, unless it is about a page', () => {
    expect(runBy('node')).toEqual(all.filter((file) => !file.startsWith('test/browser/')))
  })

  test.each([
    ['chromium (chromium)', standsIn(nodeOnly, webglOnly)],
    ['chromium, threads (chromium)', standsIn(nodeOnly, webglOnly, withoutTensors)],
    ['chromium, WebGL (chromium)', standsIn(nodeOnly, notOnWebgl, withoutTensors)],
  ])('runs in %s, unless there is a reason', (project, excused) => {
    expect(runBy(project)).toEqual(all.filter((file) => !excused(file)))
  })

  test('has one reason at most, and each reason has files', () => {
    const patterns = Object.keys({ ...nodeOnly, ...withoutTensors, ...notOnWebgl, ...webglOnly })
    for (const pattern of patterns) expect(all.filter(matches(pattern)), pattern).not.toEqual([])
    expect(all.filter((file) => patterns.filter((pattern) => matches(pattern)(file)).length > 1)).toEqual([])
  })

  test('that is said to be without tensors asks for no back end of its project', () => {
    const asking = all
      .filter(standsIn(withoutTensors))
      .filter((file) => /backends\.ts'|gradus\/wasm'/.test(readFileSync(join(ROOT, file), 'utf8')))
    expect(asking).toEqual([])
  })
})

describe('the Chromium that tests run in', () => {
  let folder: string
  const program = (name: string): string => {
    const path = join(folder, name)
    writeFileSync(path, '')
    chmodSync(path, 0o755)
    return path
  }
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'gradus-chromium-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test('is the one that is named, then Playwright’s, then the system’s', () => {
    const [named, own, system] = [program('named'), program('own'), program('google-chrome')]
    expect(chromium({ CHROMIUM: named, PATH: folder }, own)).toBe(named)
    expect(chromium({ PATH: folder }, own)).toBe(own)
    expect(chromium({ PATH: `/nowhere:${folder}` }, '/nowhere')).toBe(system)
  })

  test('where there is none, the tests end with a line that says what to install', () => {
    const run = () =>
      execFileSync(process.execPath, [VITEST, 'run'], {
        cwd: ROOT,
        encoding: 'utf8',
        stdio: 'pipe',
        env: { ...process.env, CHROMIUM: '/nowhere' },
      })
    expect(run).toThrow(
      expect.objectContaining({
        status: 1,
        stderr:
          'test: there is no Chromium at CHROMIUM=/nowhere: apt-get install chromium, or set CHROMIUM to the program\n',
      }),
    )
  })
})
