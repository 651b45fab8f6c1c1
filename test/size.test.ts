import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build, type Metafile } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { unpack } from './packed.ts'

/**
 * What a page loads of the packed package: esbuild, minified, gzip, tfjs apart. `first` is loaded with the page, `later` when
 * `useWasm` or `useWebgl` is called. kB are 1000 bytes. Who raises a limit says why.
 */
interface Limit {
  /** As docs/browsers.md names it. */
  readonly name: string
  readonly code: string
  readonly first: number
  readonly later?: number
  readonly why: string
}

const LIMITS: readonly Limit[] = [
  {
    name: '`adamw useWasm`',
    code: `import { adamw } from 'gradus'
           import { useWasm } from 'gradus/wasm'
           console.log(adamw, useWasm)`,
    first: 14,
    later: 40,
    why: 'later come 17 kB of kernels and 10 kB of gradients, for all of tfjs, and the fused executor with its assembler',
  },
  {
    name: '`adamw useWebgl`',
    code: `import { adamw } from 'gradus'
           import { useWebgl } from 'gradus/webgl'
           console.log(adamw, useWebgl)`,
    first: 14,
    later: 22,
    why: 'later come 10 kB of gradients, the printer of shaders and what draws with them',
  },
  {
    name: '`chain cosine warmup` of `gradus/schedule`',
    code: `import { chain, cosine, warmup } from 'gradus/schedule'
           console.log(chain, cosine, warmup)`,
    first: 2,
    why: 'a schedule is a function, its description and the check of its options',
  },
  {
    name: '`adamw begin train useWasm`',
    code: `import { adamw, begin, train } from 'gradus'
           import { useWasm } from 'gradus/wasm'
           console.log(adamw, begin, train, useWasm)`,
    first: 28,
    later: 30,
    why: 'who differentiates has the gradients from the start',
  },
]

/** Of every rule, beside `adamw`. */
const ONE_MORE_RULE = 1

let home: string
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'gradus-size-'))
  unpack(home)
}, 120_000)
afterAll(() => rmSync(home, { recursive: true, force: true }), 60_000)

interface Bundle {
  readonly first: number
  readonly later: number
  /** The largest parts of what is loaded first, minified. */
  readonly parts: string
}

type Output = Metafile['outputs'][string]

const OPTIONS = {
  bundle: true,
  external: ['@tensorflow/*', '#gradients'],
  format: 'esm' as const,
  metafile: true as const,
  minify: true,
  outdir: 'out',
  write: false as const,
}

const partsOf = (outputs: Iterable<Output>): string =>
  [...outputs]
    .flatMap(({ inputs }) => Object.entries(inputs).map(([path, { bytesInOutput }]) => [path, bytesInOutput] as const))
    .sort(([, a], [, b]) => b - a)
    .slice(0, 12)
    .map(([path, size]) => `  ${size} ${path.replace('node_modules/gradus/dist/', '')}`)
    .join('\n')

const bundle = async (code: string): Promise<Bundle> => {
  const stdin = { contents: code, resolveDir: home }
  const { outputFiles, metafile } = await build({ ...OPTIONS, stdin, absWorkingDir: home, splitting: true })
  const bytes = new Map(
    outputFiles.map(({ path, contents }) => [path.slice(home.length + 1), gzipSync(contents).length]),
  )
  const first = new Map<string, Output>()
  const load = (path: string): void => {
    if (first.has(path)) return
    const output = metafile.outputs[path] as Output
    first.set(path, output)
    for (const { path: next, kind, external } of output.imports)
      if (kind === 'import-statement' && !external) load(next)
  }
  load('out/stdin.js')
  const sum = (paths: Iterable<string>) => [...paths].reduce((total, path) => total + (bytes.get(path) ?? 0), 0) / 1000
  return {
    first: sum(first.keys()),
    later: sum(bytes.keys()) - sum(first.keys()),
    parts: partsOf(first.values()),
  }
}

const isWithin = (what: string, size: number, limit: number, parts: string): void =>
  expect(
    size,
    `${what}: ${size.toFixed(2)} kB, the limit is ${limit} kB; the largest parts, minified:\n${parts}\n`,
  ).toBeLessThanOrEqual(limit)

describe('a page loads', () => {
  test.each(LIMITS)('$name', async ({ name, code, first, later = 0, why }) => {
    const sizes = await bundle(code)
    isWithin(`${name}, first (${why})`, sizes.first, first, sizes.parts)
    isWithin(`${name}, later (${why})`, sizes.later, later, sizes.parts)
  })

  test('what the docs say', () => {
    const docs = readFileSync(new URL('../docs/browsers.md', import.meta.url), 'utf8')
    for (const { name, first, later } of LIMITS)
      expect(docs).toContain(`\n| ${name} | ${first} kB | ${later === undefined ? '' : `${later} kB `}|\n`)
    expect(docs).toContain(`\n| one more rule | ${ONE_MORE_RULE} kB | |\n`)
  })

  test('little more for one more rule', async () => {
    const catalogue = readFileSync(new URL('../src/catalogue.ts', import.meta.url), 'utf8')
    const rules = [...catalogue.matchAll(/^export \{([^}]*)\} from '\.\/rule\//gm)]
      .flatMap(([, names]) => (names as string).split(','))
      .map((name) => name.trim())
      .filter((name) => /^[a-z]/.test(name) && !name.startsWith('type '))
    expect(rules.length).toBeGreaterThan(50)
    const entryOf = (rule: string) => join(home, `${rule}.js`)
    for (const rule of rules)
      writeFileSync(entryOf(rule), `import { adamw, ${rule} as other } from 'gradus'\nconsole.log(adamw, other)`)
    const { outputFiles, metafile } = await build({ ...OPTIONS, absWorkingDir: home, entryPoints: rules.map(entryOf) })
    const sizes = Object.fromEntries(
      outputFiles.map(({ path, contents }) => [basename(path, '.js'), gzipSync(contents).length / 1000]),
    )
    const alone = sizes.adamw as number
    for (const rule of rules) {
      const output = metafile.outputs[`out/${rule}.js`] as Output
      isWithin(`${rule} beside adamw`, (sizes[rule] as number) - alone, ONE_MORE_RULE, partsOf([output]))
    }
  })
})
