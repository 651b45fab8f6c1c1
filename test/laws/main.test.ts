import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parsed, printed, withTried } from '../../docs/laws/record.ts'
import { type Ended, ended, type Watch } from '../ended.ts'

/** `npm run laws`, as a process of its own. */
const ROOT = new URL('../../', import.meta.url).pathname
const folder = mkdtempSync(join(tmpdir(), 'gradus-laws-'))
const record = join(folder, 'record.json')
/** In the project, where it finds its libraries. */
const built = join(ROOT, 'out', `laws-test-${process.pid}`)

beforeAll(() => {
  const config = join(ROOT, 'test/laws/vite.config.ts')
  execFileSync('npx', ['vite', 'build', '--config', config, '--outDir', built, '--logLevel', 'warn'], { cwd: ROOT })
})
afterAll(() => {
  for (const path of [folder, built]) rmSync(path, { recursive: true, force: true })
})

const laws = (args: readonly string[], watch?: Watch): Promise<Ended> =>
  ended(process.execPath, [join(built, 'main.js'), '--record', record, ...args], { cwd: ROOT }, watch)

const results = () => parsed(readFileSync(record, 'utf8'))

describe('npm run laws', () => {
  const few = ['--only', 'sgd,centralize', '--law', 'odd', 'resumption', '--runs', '20']

  test('tries, records, and passes over what it has', async () => {
    expect(await laws(few)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^sgd: 2 laws × 20 runs in \S+ s, none refuted$/m),
      err: '',
    })
    const { sgd, centralize } = results().laws
    expect(Object.keys(sgd ?? {})).toEqual(['odd', 'resumption'])
    expect(sgd?.odd).toEqual([20, 1, expect.stringMatching(/^[0-9a-f]{6}$/)])
    expect(centralize?.resumption?.[2]).not.toBe(sgd?.resumption?.[2])

    const again = await laws(few)
    expect(again.out).toMatch(/^(\d) of \1 are in .*record.json\n0 laws × 20 runs in 0 s, 0 refuted; recorded in /)
    expect((await laws([...few, '--runs', '21', '--only', 'sgd'])).out).toMatch(/^sgd: 2 laws × 21 runs/)
    expect(results().laws.sgd?.odd?.[0]).toBe(21)
  })

  test('tries again what has changed since', async () => {
    writeFileSync(record, printed(withTried(results(), 'sgd', 'odd', [20, 1, '000000'])))
    expect((await laws(few)).out).toMatch(/^sgd: 1 law × 20 runs/m)
    expect(results().laws.sgd?.odd?.[2]).not.toBe('000000')
  })

  test('ends at Ctrl-C with what it has, and goes on from there', async () => {
    const many = ['--only', 'adam,sgd', '--law', 'odd', '--runs', '5000', '--jobs', '1']
    rmSync(record, { force: true })
    const ended = await laws(many, (out, child) => out.startsWith('adam: ') && child.kill('SIGINT'))
    expect(ended).toMatchObject({ code: 130, err: '' })
    expect(Object.keys(results().laws)).toEqual(['adam'])
    expect(await laws(many)).toMatchObject({ code: 0, out: expect.stringMatching(/^1 of 2 are in .*\nsgd: 1 law/) })
    expect(Object.keys(results().laws)).toEqual(['adam', 'sgd'])
  })

  test('tells what is wrong in a line', async () => {
    expect(await laws(['--only', 'adm'])).toEqual({
      code: 1,
      out: '',
      err: 'laws: --only has "adm", which there is not; did you mean "adam"?\n',
    })
    expect(await laws(['--runs', '0'])).toMatchObject({ code: 1, err: expect.stringContaining('from 1 to') })
    expect((await laws(['--help'])).out).toMatch(/--mutants .*--again .*--jobs .*--backend .*Ctrl-C/s)
  })
})
