import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

/** The plan of the house: which room may import which. Types are free. */
const MAY: Readonly<Record<string, readonly string[]>> = {
  tree: [],
  failure: [],
  built: [],
  where: [],
  random: [],
  schedule: [],
  expr: [],
  kernel: ['expr', 'tree'],
  rule: ['expr', 'schedule', 'kernel/kernel'],
  optimizer: ['expr', 'rule', 'tree', 'schedule', 'kernel/kernel'],
  autodiff: ['tree', 'expr', 'kernel'],
  train: ['autodiff', 'optimizer', 'tree', 'kernel/kernel'],
  config: ['optimizer', 'rule', 'schedule', 'presets', 'catalogue'],
  presets: ['expr', 'rule', 'optimizer', 'schedule'],
  // Doors see what they need, and nobody sees them.
  catalogue: ['*'],
  index: ['*'],
  plot: ['*'],
  wasm: ['*'],
  webgl: ['*'],
}

/** The same within laws: types are free, `law` and `refuted` everybody's. */
const LAWS_MAY: Readonly<Record<string, readonly string[]>> = {
  law: [],
  refuted: [],
  suite: [],
  codec: [],
  drawn: [],
  run: ['drawn'],
  arithmetic: ['run'],
  everyone: ['arithmetic', 'drawn', 'run'],
  claim: ['arithmetic', 'drawn', 'run'],
  family: ['arithmetic', 'claim', 'drawn', 'run'],
  wrapper: ['arithmetic', 'drawn', 'family', 'run'],
  gradient: ['arithmetic', 'drawn'],
  schedule: ['drawn'],
  claimed: ['claim'],
  check: ['claim', 'everyone', 'schedule'],
  index: ['*'],
}

/** What everybody may know. */
const EVERYWHERE = ['failure', 'built', 'where', 'random']

/** The optimizers that are no formulas. */
const WITH_OPERATIONS = [
  'adafactor',
  'adaptiveclip',
  'addnoise',
  'centralize',
  'inner',
  'lbfgs',
  'leafwise',
  'linesearch',
  'newtonschulz',
  'orthogonal',
  'projectsimplex',
  'sm3',
  'soap',
  'sophia',
]

/** The laws that are about tensors. */
const ABOUT_TENSORS = [
  'check/main',
  'drawn/point',
  'everyone/backends',
  'everyone/saved',
  'everyone/tensors',
  'gradient/autodiff',
  'gradient/gradient',
  'gradient/tape',
  'run/machine',
  'run/walk',
]

/** Who knows a library. */
const KNOWN_IN: Readonly<Record<string, RegExp>> = {
  '@tensorflow/': new RegExp(
    `^laws/(${ABOUT_TENSORS.join('|')})\\.ts$|` +
      `^src/(tree|wasm|webgl|kernel/(context|evaluate|startwasm|step|tensor|wasm|webgl|webgl/(draw|laid|layout))|autodiff/[\\w/]+|optimizer/(${WITH_OPERATIONS.join('|')})|` +
      'train/(batches|initializer))\\.ts$',
  ),
  'fast-check': /^(laws|test)\//,
  commander: /^laws\/check\/(main|options)\.ts$/,
  'node:': /^(laws\/check\/(main|options)\.ts$|test\/)/,
  echarts: /^src\/plot\.ts$/,
  'io-ts': /^src\/config\//,
  'fp-ts': /^src\/(config\/\w+|optimizer\/identity|train\/train)\.ts$/,
  'pure-rand': /^src\/random\.ts$/,
  vitest: /^test\//,
}

/** Files of more than 200 lines, and why they are one idea. */
const LONG: Readonly<Record<string, string>> = {
  'src/expr/instruction.ts': 'one table: an instruction a line',
  'laws/claimed.ts': 'one table: an optimizer a line',
}

const ROOT = new URL('..', import.meta.url).pathname
const filesOf = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))

/** What a file's code needs when it runs: `import type` is gone by then. */
const importsOf = (file: string): readonly string[] => {
  const text = readFileSync(join(ROOT, file), 'utf8')
  const statements = text.matchAll(/^(?:import|export) (?!type )(?:[^'"]*? from )?['"]([^'"]+)['"]/gm)
  const dynamic = text.matchAll(/\bimport\(['"]([^'"]+)['"]\)/g)
  return [...statements, ...dynamic].map(([, name]) => name as string)
}

const src = filesOf('src')
const laws = filesOf('laws')
const roomOf = (path: string): string =>
  path
    .replace(/^(src|laws)\//, '')
    .split('/')[0]
    ?.replace(/\.ts$/, '') as string
const own = (file: string, name: string): string => join(dirname(file), name).replace(/\.js$/, '.ts')

describe('the plan of the house', () => {
  test('has every room in it', () => {
    expect(new Set(src.map(roomOf))).toEqual(new Set(Object.keys(MAY)))
  })

  test.each(src)('%s imports only what its room may', (file) => {
    const may = MAY[roomOf(file)] as readonly string[]
    const strangers = importsOf(file)
      .filter((name) => name.startsWith('.'))
      .map((name) => own(file, name))
      .filter((path) => {
        const place = path.replace(/^src\//, '').replace(/\.ts$/, '')
        const inside = roomOf(path) === roomOf(file) || EVERYWHERE.includes(roomOf(path))
        return !inside && !may.includes('*') && !may.includes(roomOf(path)) && !may.includes(place)
      })
    expect(strangers).toEqual([])
  })

  test.each(laws)('%s imports only what its room of laws may', (file) => {
    const room = roomOf(file)
    const may = [...(LAWS_MAY[room] as readonly string[]), room, 'law', 'refuted']
    const rooms = importsOf(file)
      .filter((name) => name.startsWith('.'))
      .map((name) => own(file, name))
      .filter((path) => path.startsWith('laws/'))
      .map(roomOf)
    expect(may.includes('*') ? [] : rooms.filter((other) => !may.includes(other))).toEqual([])
  })

  test.each(laws)('%s imports only laws and what they are about', (file) => {
    const rooms = importsOf(file)
      .filter((name) => name.startsWith('.'))
      .map((name) => own(file, name))
      .filter((path) => !/^(laws|src)\//.test(path))
    expect(rooms).toEqual([])
  })

  test.each([...src, ...laws])('%s knows only libraries that belong there', (file) => {
    const libraries = importsOf(file).filter((name) => !name.startsWith('.'))
    const misplaced = libraries.filter((name) =>
      Object.entries(KNOWN_IN).some(([library, where]) => name.startsWith(library) && !where.test(file)),
    )
    expect(misplaced).toEqual([])
  })

  test('knows no other library', () => {
    const allowed = [...Object.keys(KNOWN_IN), '#gradients']
    const all = [...src, ...laws].flatMap(importsOf).filter((name) => !name.startsWith('.'))
    expect(all.filter((name) => !allowed.some((library) => name.startsWith(library)))).toEqual([])
  })

  test('has files that one can see whole, or a reason', () => {
    const long = [...src, ...laws].filter((file) => readFileSync(join(ROOT, file), 'utf8').split('\n').length > 201)
    expect(long).toEqual(Object.keys(LONG))
  })

  test('has no room for odds and ends', () => {
    const vague = /(^|\/)(utils?|helpers?|common|misc|base|internals?|manager)(\/|\.ts$)/
    expect([...src, ...laws, ...filesOf('docs')].filter((file) => vague.test(file))).toEqual([])
  })
})
