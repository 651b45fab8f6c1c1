import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/** What `npm pack` makes, as its user has it: unpacked beside its peers, imported by name. */
const ROOT = new URL('../', import.meta.url).pathname
const run = (command: string, args: readonly string[], cwd = ROOT): string =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: 'pipe' })

let home: string

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'gradus-'))
  run('npm', ['run', 'build'])
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', home])) as { filename: string }[]
  const modules = join(home, 'node_modules')
  mkdirSync(join(modules, 'gradus'), { recursive: true })
  run('tar', ['-xzf', join(home, packed?.filename ?? ''), '-C', join(modules, 'gradus'), '--strip-components=1'])
  for (const peer of ['@tensorflow', 'echarts', 'fp-ts'])
    symlinkSync(join(ROOT, 'node_modules', peer), join(modules, peer))
  writeFileSync(join(home, 'package.json'), '{ "type": "module" }')
}, 120_000)

afterAll(() => rmSync(home, { recursive: true, force: true }))

const evaluate = (code: string): string => {
  writeFileSync(join(home, 'main.js'), code)
  return run('node', ['main.js'], home).trim()
}

describe('the packed package', () => {
  test('is clean for publint', () => {
    expect(run('npx', ['publint', join(home, 'node_modules', 'gradus')])).toContain('All good!')
  })

  test('resolves with its types for every ESM importer', () => {
    // It exits with 1 where it finds a problem.
    expect(run('npx', ['attw', '--pack', '.', '--profile', 'esm-only'])).toContain('gradus/wasm')
  })

  test('trains by its name', () => {
    const code = `
      import * as tf from '@tensorflow/tfjs'
      import { adam, begin, fit } from 'gradus'
      import { constant } from 'gradus/schedule'
      import { useWasm } from 'gradus/wasm'
      await useWasm()
      const optimizer = adam({ lr: constant(0.1) })
      const loss = ({ x }) => x.square().sum()
      const result = await fit({ loss, optimizer }, begin(optimizer, { x: tf.tensor1d([3, -4]) }), Array(300).fill(0))()
      console.log(result._tag, result.right.t, result.right.params.x.abs().max().dataSync()[0] < 0.01)`
    expect(evaluate(code)).toBe('Right 300 true')
  })

  test('has the schedules of other frameworks', () => {
    const code = `
      import { torch } from 'gradus/presets'
      console.log(torch.stepLR({ lr: 1, stepSize: 2, gamma: 0.5 })(3))`
    expect(evaluate(code)).toBe('0.5')
  })

  test('draws a schedule', () => {
    const code = `
      import { cosine } from 'gradus/schedule'
      import { plot } from 'gradus/plot'
      console.log(/^<svg [^]*<\\/svg>$/.test(plot(cosine({ from: 1, over: 90 }), { to: 90 })))`
    expect(evaluate(code)).toBe('true')
  })

  test('shows nothing but its entries', () => {
    for (const inside of ['gradus/dist/index.js', 'gradus/src/index.ts', 'gradus/rule'])
      expect(evaluate(`console.log(await import('${inside}').catch((e) => e.code))`)).toBe(
        'ERR_PACKAGE_PATH_NOT_EXPORTED',
      )
  })
})
