import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
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
  for (const other of ['@tensorflow', 'commander', 'echarts', 'fast-check', 'fp-ts'])
    symlinkSync(join(ROOT, 'node_modules', other), join(modules, other))
  writeFileSync(join(home, 'package.json'), '{ "type": "module", "dependencies": { "gradus": "*" } }')
  run('npm', ['rebuild', '--offline', '--ignore-scripts', 'gradus'], home) // links its command
}, 120_000)

afterAll(() => rmSync(home, { recursive: true, force: true }), 60_000)

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
    expect(run('npx', ['attw', '--pack', '.', '--profile', 'esm-only'])).toMatch(/gradus\/laws.*gradus\/wasm/s)
  })

  test('asks for tfjs’s WebGL back end where one says `gradus/webgl`, and nowhere else', () => {
    const dist = join(home, 'node_modules', 'gradus', 'dist')
    const asking = readdirSync(dist).filter(
      (file) =>
        file.endsWith('.js') && readFileSync(join(dist, file), 'utf8').includes('"@tensorflow/tfjs-backend-webgl"'),
    )
    expect(asking).toEqual(['webgl.js'])
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

  test('has laws, by their names or all by one', () => {
    const code = `
      import { ema, rule } from 'gradus'
      import { useWasm } from 'gradus/wasm'
      import * as all from 'gradus/laws'
      import { laws, odd } from 'gradus/laws'
      await useWasm()
      const signed = ({ lr }) => rule({
        name: 'signed', hyper: { lr, b: 0.9 }, slots: { m: 0 },
        step: ({ g, m, lr, b }) => ({ m: ema(b, m, g), delta: ema(b, m, g).sign().mul(lr).neg() }),
      })
      for (const law of [...laws.optimizer(signed({ lr: 0.1 })), ...odd(signed({ lr: 0.1 }))]) law.assert({ numRuns: 5 })
      console.log(laws.odd === odd, all.odd === odd, all.laws === laws)`
    expect(evaluate(code)).toBe('true true true')
  })

  test('shows nothing but its entries', () => {
    for (const inside of ['gradus/dist/index.js', 'gradus/src/index.ts', 'gradus/rule', 'gradus/laws/check'])
      expect(evaluate(`console.log(await import('${inside}').catch((e) => e.code))`)).toBe(
        'ERR_PACKAGE_PATH_NOT_EXPORTED',
      )
  })
})

describe('npx gradus check', () => {
  /** In the user's folder; without the network. */
  const check = (...args: readonly string[]) => {
    const env = { ...process.env, npm_config_offline: 'true', NO_COLOR: '' }
    const { status, stdout, stderr } = spawnSync('npx', ['gradus', 'check', ...args], {
      cwd: home,
      encoding: 'utf8',
      env,
    })
    // npm's own remarks on its configuration are not the command's.
    return { code: status, out: stdout, err: stderr.replace(/^npm warn .*\n/gm, '') }
  }
  const write = (name: string, code: string): void => writeFileSync(join(home, name), code)

  test('holds a sound optimizer to its laws', () => {
    write(
      'my-optimizer.mjs',
      `import { ema, rule } from 'gradus'
       export const signed = ({ lr }) => rule({
         name: 'signed', hyper: { lr, b: 0.9 }, slots: { m: 0 },
         step: ({ g, m, lr, b }) => ({ m: ema(b, m, g), delta: ema(b, m, g).sign().mul(lr).neg() }),
       })
       export const claims = ['odd', 'rest', 'linearInLr']`,
    )
    const { code, out, err } = check('./my-optimizer.mjs', '--runs', '20')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/^ {2}✓ linear in lr /m)
    expect(out).toMatch(/\n\d+ laws held \(seed \d+\)\n$/)
    expect(out).not.toMatch(/✗|TensorFlow/)
  })

  test('shows where a formula is broken', () => {
    write(
      'quotient.mjs',
      `import { ema, rule } from 'gradus'
       export default rule({
         name: 'quotient', hyper: { b: 0.9 }, slots: { m: 0, n: 0 },
         step: ({ g, m, n, b }) => {
           const next = { m: ema(b, m, g), n: ema(b, n, g.abs()) }
           return { ...next, delta: next.m.div(next.n).neg() }
         },
       })`,
    )
    const { code, out, err } = check('./quotient.mjs', '--claims', 'rest', '--only', 'rest')
    expect({ code, err }).toEqual({ code: 1, err: '' })
    expect(out).toContain('Δ at t = 1 came as [NaN, NaN, NaN], expected [0, 0, 0]')
  })

  test('shows where an optimizer over tensors is broken, on either back end', () => {
    write(
      'counting.mjs',
      `import * as tf from '@tensorflow/tfjs'
       let calls = 0
       export const counting = {
         init: () => ({}),
         update: (state, grad) => {
           calls += 1
           return [state, Object.fromEntries(Object.entries(grad).map(([name, g]) => [name, tf.mul(g, -0.1 / calls)]))]
         },
       }`,
    )
    for (const backend of ['wasm', 'cpu']) {
      const { code, out, err } = check('./counting.mjs', '--backend', backend, '--runs', '10', '--json')
      expect({ code, err }).toEqual({ code: 1, err: '' })
      const [{ laws }] = JSON.parse(out).exports
      expect(laws.find(({ name }: { name: string }) => name === 'the same in, the same out').holds).toBe(false)
      expect(laws.find(({ name }: { name: string }) => name === 'no tensor is left behind').holds).toBe(true)
    }
  })

  test('holds a schedule to its laws', () => {
    write('schedule.mjs', 'export const lr = (t) => 0.1 / (1 + t)')
    const { code, out } = check('./schedule.mjs')
    expect(code).toBe(0)
    expect(out).toMatch(/not claimed, but seen\n {4}rate .*\n {4}decay /)
  })

  test('says in one line what is wrong with the call', () => {
    write('torn.mjs', 'export const x = (')
    for (const args of [['./missing.mjs'], ['./torn.mjs'], ['./my-optimizer.mjs', '--claims', 'ood'], []]) {
      const { code, out, err } = check(...args)
      expect({ code, out }).toEqual({ code: 2, out: '' })
      expect(err).toMatch(/^gradus check: [^\n]+\n$/)
    }
  })
})
