import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, transform } from 'esbuild'
import { type Browser, chromium as browsers } from 'playwright'
import * as vite from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromium, FLAGS } from '../browser/chromium.ts'
import { ISOLATED } from '../browser/isolated.ts'
import { install, unpack } from '../packed.ts'
import { type Serving, serve } from './site.ts'
import { visit } from './visit.ts'

/** The packed package in pages as docs/browsers.md has them, in a real browser. */
const docs = readFileSync(new URL('../../docs/browsers.md', import.meta.url), 'utf8')
const fence = (language: string, nth = 0): string => {
  const all = [...docs.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))]
  const [, code] = all[nth] ?? []
  if (code === undefined) throw new Error(`test: docs/browsers.md has not ${nth + 1} fences of ${language}`)
  return code
}

let home: string
let browser: Browser
const write = (file: string, content: string): void => writeFileSync(join(home, file), content)

/** The code of the page, and what it becomes on WebGL. */
const onWasm = fence('ts')
const onWebgl = onWasm.replaceAll('useWasm', 'useWebgl').replace('gradus/wasm', 'gradus/webgl')

/** The page without a bundler, with another script. */
const page = (script: string): string => fence('html').replace('src="main.js">', `>${script}`)

const app = (name: string): string =>
  `<!doctype html><title>app</title><script type="module" src="/${name}.ts"></script>`

/** Builds the pages of the app. */
const bundle = (names: readonly string[], config: vite.InlineConfig = {}) =>
  vite.build({
    root: home,
    logLevel: 'error',
    build: { rolldownOptions: { input: names.map((name) => join(home, `${name}.html`)) } },
    ...config,
  })

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'gradus-pages-'))
  unpack(home)
  const backends = ['wasm', 'webgl', 'cpu'].map((name) => `@tensorflow/tfjs-backend-${name}`)
  install(home, ['@tensorflow/tfjs-core', ...backends, '@tensorflow/tfjs/dist/tf.fesm.min.js', 'seedrandom', 'long'])
  write('package.json', '{ "type": "module" }')
  for (const [name, code] of Object.entries({ main: onWasm, webgl: onWebgl })) {
    write(`${name}.ts`, code)
    write(`${name}.js`, (await transform(code, { loader: 'ts' })).code)
  }
  write('index.html', app('main'))
  write('webgl.html', app('webgl'))
  write('plain.html', fence('html'))
  browser = await browsers.launch({ executablePath: chromium(), args: [...FLAGS] })
}, 180_000)

afterAll(async () => {
  await browser?.close()
  rmSync(home, { recursive: true, force: true })
}, 60_000)

const LAST = /^step 200: /

/** What the model writes: its loss, five times as small at the end. */
const expectTraining = (lines: readonly string[]): void => {
  expect(lines.filter((line) => line.startsWith('threw'))).toEqual([])
  const losses = lines.flatMap((line) => line.match(/^step \d+: (.*)/)?.[1] ?? []).map(Number)
  expect(losses).toHaveLength(4)
  expect(losses[0]).toBeGreaterThan(0.5)
  expect(losses[3]).toBeLessThan(0.3)
}

const visited = async (folder: string, path: string, until: RegExp, serving?: Serving) => {
  const site = await serve(join(home, folder), serving)
  try {
    const lines = await visit(browser, `${site.url}${path}`, until)
    return { lines, asked: site.asked, wasm: new Set(site.asked.filter((file) => file.endsWith('.wasm'))) }
  } finally {
    await site.close()
  }
}

describe('a Vite app', () => {
  const THREADED = /^\/assets\/tfjs-backend-wasm-threaded-simd-.*\.wasm$/
  const NO_THREADS = /^useWasm: no threads/

  describe('as it is', () => {
    beforeAll(() => bundle(['index', 'webgl'], { configFile: false }), 120_000)

    test('trains, built for production', async () => {
      const { lines, wasm } = await visited('dist', '/', LAST)
      expectTraining(lines)
      expect([...wasm]).toEqual([expect.stringMatching(/^\/assets\/tfjs-backend-wasm-simd-.*\.wasm$/)])
      expect(lines.some((line) => NO_THREADS.test(line))).toBe(false)
    })

    test('trains on WebGL', async () => {
      const { lines, wasm } = await visited('dist', '/webgl.html', LAST)
      expectTraining(lines)
      expect(wasm.size).toBe(0)
    })

    test('says that its minifier costs the threads', async () => {
      const { lines, wasm } = await visited('dist', '/', LAST, { headers: ISOLATED })
      expectTraining(lines)
      expect([...wasm]).toEqual([expect.stringMatching(/^\/assets\/tfjs-backend-wasm-simd-.*\.wasm$/)])
      expect(lines.filter((line) => NO_THREADS.test(line))).toHaveLength(1)
    })
  })

  describe('with the configuration of the docs', () => {
    beforeAll(async () => {
      write('vite.config.js', fence('js'))
      for (const name of ['main', 'webgl']) {
        write(`${name}-starter.ts`, `new Worker(new URL('./${name}.ts', import.meta.url), { type: 'module' })`)
        write(`${name}-worker.html`, app(`${name}-starter`))
      }
      await bundle(['index', 'main-worker', 'webgl-worker'])
    }, 120_000)

    test.each(['/', '/main-worker.html'])('has threads, as the minifier leaves them: %s', async (path) => {
      const { lines, wasm } = await visited('dist', path, LAST, { headers: ISOLATED })
      expectTraining(lines)
      expect([...wasm]).toEqual([expect.stringMatching(THREADED)])
      expect(lines.some((line) => NO_THREADS.test(line))).toBe(false)
    })

    test('trains on WebGL in a worker', async () => {
      expectTraining((await visited('dist', '/webgl-worker.html', LAST)).lines)
    })
  })

  test('trains while it is developed', async () => {
    const server = await vite.createServer({ root: home, configFile: false, logLevel: 'error', server: { port: 0 } })
    try {
      await server.listen()
      expectTraining(await visit(browser, server.resolvedUrls?.local[0] as string, LAST))
    } finally {
      await server.close()
    }
  })
})

describe('a page without a bundler', () => {
  const WASM = '/node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm'

  test('trains', async () => {
    const { lines, wasm } = await visited('.', '/plain.html', LAST)
    expectTraining(lines)
    expect([...wasm]).toEqual([`${WASM}-simd.wasm`])
  })

  test('trains with threads', async () => {
    const { lines, wasm } = await visited('.', '/plain.html', LAST, { headers: ISOLATED })
    expectTraining(lines)
    expect([...wasm]).toEqual([`${WASM}-threaded-simd.wasm`])
  })

  test('trains on WebGL, with two entries more', async () => {
    const more = fence('json').replace(/^{|}\n$/g, '')
    write('plain-webgl.html', fence('html').replace('"imports": {', `$&${more},`).replace('main.js', 'webgl.js'))
    expectTraining((await visited('.', '/plain-webgl.html', LAST)).lines)
  })

  test('fetches kernels when they are asked for, and no sooner', async () => {
    const script = `
      import { getKernel } from '@tensorflow/tfjs-core'
      import { useWasm } from 'gradus/wasm'
      const kernels = () => performance.getEntriesByType('resource').filter(({ name }) => /autodiff.kernels.js/.test(name)).length
      const mul = () => getKernel('BatchMatMul', 'wasm').kernelFunc
      const own = mul()
      await useWasm({ kernels: false })
      console.log(kernels(), mul() === own)
      await Promise.all([useWasm(), useWasm({ kernels: false }), useWasm()])
      console.log(kernels(), mul() === own)
      await useWasm({ kernels: false })
      console.log('now', kernels(), mul() === own)`
    write('kernels.html', page(script))
    const { lines } = await visited('.', '/kernels.html', /^now/)
    expect(lines.filter((line) => /(true|false)$/.test(line))).toEqual(['0 true', '1 false', 'now 1 true'])
  })
})

const tried = (call: string): string => `
  import { useWasm } from 'gradus/wasm'
  ${call}.then(() => console.log('tried: started'), ({ message }) => console.log('tried: ' + message))`

const outcome = (lines: readonly string[]): string | undefined => lines.find((line) => line.startsWith('tried'))

test('an import map without #gradients is told of', async () => {
  write('unmapped.html', page(tried('useWasm()')).replace('"#gradients"', '"#others"'))
  const { lines } = await visited('.', '/unmapped.html', /^tried/)
  expect(outcome(lines)).toMatch(/^tried: useWasm: no #gradients \([^\n]*\), expected [^\n]*browsers\.md$/)
})

describe('where there are no .wasm files', () => {
  test('one line says what was looked for, and a right address can follow', async () => {
    const right = "useWasm({ paths: '/node_modules/@tensorflow/tfjs-backend-wasm/dist/' })"
    const script = `
      ${tried("useWasm({ paths: '/wasm/' })")}
      await useWasm({ paths: { 'tfjs-backend-wasm.wasm': '/other.wasm' } }).catch(({ message }) => console.log(message))
      await ${right}
      console.log('done')`
    write('wrong.html', page(script))
    const { lines } = await visited('.', '/wrong.html', /^done/)
    const said = lines.filter((line) => line.includes('useWasm'))
    expect(said).toEqual([
      expect.stringMatching(
        /^tried: useWasm: tfjs-backend-wasm-simd\.wasm is not at \/wasm\/tfjs-backend-wasm-simd\.wasm \(404\), expected .*useWasm\(\{ paths \}\).*$/,
      ),
      expect.stringMatching(/^useWasm: tfjs-backend-wasm-simd\.wasm is not among the paths, expected .*$/),
    ])
  })

  test('a page in the place of a file is told as one', async () => {
    write('fallback.html', page(tried("useWasm({ paths: '/wasm/' })")))
    const { lines } = await visited('.', '/fallback.html', /^tried/, { instead: 'plain.html' })
    expect(outcome(lines)).toMatch(/^tried: useWasm: .* is not at \/wasm\/.* \(text\/html\), expected [^\n]*$/)
  })

  /** By a bundler that copies no files, into a folder of its own. */
  const alone = async (code: string): Promise<void> => {
    const stdin = { contents: code, resolveDir: home, loader: 'ts' as const }
    const outfile = join(home, 'alone', 'main.js')
    await build({ stdin, absWorkingDir: home, bundle: true, format: 'esm', outfile, logLevel: 'error' })
    write('alone/index.html', '<script type="module" src="main.js"></script>')
  }

  test('of a bundler that copies none', async () => {
    await alone(tried('useWasm()'))
    for (const serving of [{}, { instead: 'index.html' }]) {
      const { lines } = await visited('alone', '/', /^tried/, serving)
      expect(outcome(lines)).toMatch(
        /^tried: useWasm: tfjs's WASM back end did not start: tfjs-backend-wasm-simd\.wasm is not at http:[^\n]*, expected [^\n]*$/,
      )
    }
  })

  test('one documented line tells where they were copied to', async () => {
    await alone(onWasm.replace('await useWasm()\n', fence('js', 1)))
    const dist = join(home, 'node_modules', '@tensorflow', 'tfjs-backend-wasm', 'dist')
    const isBinary = (path: string) => path === dist || path.endsWith('.wasm')
    cpSync(dist, join(home, 'alone', 'wasm'), { recursive: true, filter: isBinary })
    const { lines, wasm } = await visited('alone', '/', LAST)
    expectTraining(lines)
    expect([...wasm]).toEqual(['/wasm/tfjs-backend-wasm-simd.wasm'])
  })
})
