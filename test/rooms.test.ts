import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

/** The plan of the house: which room may see which. Types are free; nobody sees a door. */
const root = fileURLToPath(new URL('..', import.meta.url))

/** What each room may import of ours: a room, or one file of it. `failure` may be seen from everywhere. */
const PLAN: Readonly<Record<string, readonly string[]>> = {
  failure: [],
  tree: [],
  expr: [],
  schedule: [],
  kernel: ['expr', 'tree'],
  rule: ['expr', 'schedule', 'kernel/kernel'],
  optimizer: ['rule', 'tree', 'schedule', 'kernel/kernel'],
  autodiff: ['tree', 'expr', 'kernel'],
  train: ['autodiff', 'optimizer', 'tree', 'kernel/kernel'],
  checkpoint: ['tree'],
  presets: ['rule', 'optimizer', 'schedule'],
  config: ['optimizer', 'rule', 'schedule', 'presets'],
}

/** Files that see more than their room may, and why. */
const EXCEPTIONS: Readonly<Record<string, readonly [allowed: readonly string[], why: string]>> = {
  'optimizer/latex': [['expr/latex', 'expr/program'], 'printing an optimizer is printing its formulas'],
}

const DOORS = ['index', 'wasm', 'webgl', 'tfjs', 'node', 'torch']

/** Who may know what is not ours: a room, or one file. */
const FOREIGN: readonly (readonly [name: RegExp, who: readonly string[]])[] = [
  [
    /^@tensorflow\//,
    [
      'tree',
      'kernel/tensor',
      'kernel/wasm',
      'kernel/webgl',
      'kernel/heap',
      'autodiff',
      'train/batches',
      'train/initializer',
    ],
  ],
  [/^#gradients$/, []],
  [/^fp-ts\/lib\//, ['train', 'optimizer', 'schedule', 'config', 'checkpoint']],
  [/^pure-rand\//, ['train']],
  [/^io-ts/, ['config']],
]

/** Files that are longer than a screen or two, and why that is one idea. */
const LONG: Readonly<Record<string, string>> = {
  'src/expr/instruction.ts': 'the table of the WebAssembly instructions that kernels use',
}
const SCREENS = 200

const filesIn = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && file.name.endsWith('.ts'))
    .map((file) => relative(root, join(file.parentPath, file.name)).replaceAll('\\', '/'))
    .sort()

interface Import {
  readonly from: string
  readonly to: string
  /** Whether a value is imported, or the module is run. */
  readonly value: boolean
}

const STATEMENT =
  /^(?:import|export)\s+(type\s+)?(\{[^}]*\}|\*(?: as \w+)?|\w+)\s+from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm

const importsOf = (file: string): readonly Import[] => {
  const text = readFileSync(join(root, file), 'utf8').replace(/^\s*\*.*$/gm, '')
  const found = [...text.matchAll(STATEMENT)].map(([, type, names = '', from, ...rest]): Import => {
    const alone = rest.find((target) => typeof target === 'string')
    const items = names.replace(/[{}]/g, '').split(',')
    const onlyTypes = items.every((name) => name.trim() === '' || name.trim().startsWith('type '))
    const target = from ?? (alone as string)
    const to = target.startsWith('.') ? normalize(join(dirname(file), target)).replaceAll('\\', '/') : target
    return { from: file, to: to.replace(/\.(js|ts)$/, ''), value: from === undefined || !(type || onlyTypes) }
  })
  // Were a statement written as the pattern does not know, it would be missed here.
  const statements =
    text.match(/^(?:import|export)\s[^'\n;]*\sfrom\s+'|^\}\s*from\s+'|^import\s+'|\bimport\s*\(/gm) ?? []
  expect([file, found.length]).toEqual([file, statements.length])
  return found
}

const sources = filesIn('src')
const imports = sources.flatMap(importsOf).filter(({ value }) => value)

/** `src/kernel/wasm` → `kernel/wasm`; its room is `kernel`. A file at the top is a room of its own. */
const placeOf = (path: string) => path.replace(/^src\//, '').replace(/\.ts$/, '')
const roomOf = (path: string) => placeOf(path).split('/')[0] as string
const isDoor = (path: string) => DOORS.includes(placeOf(path))
const allows = (list: readonly string[], path: string) => list.includes(placeOf(path)) || list.includes(roomOf(path))

describe('the rooms', () => {
  test('are all in the plan', () => {
    const rooms = new Set(sources.filter((file) => !isDoor(file)).map(roomOf))
    expect([...rooms].filter((room) => !(room in PLAN))).toEqual([])
    expect(sources.length).toBeGreaterThan(40)
    expect(imports.length).toBeGreaterThan(100)
  })

  test('see each other as planned', () => {
    const broken = imports
      .filter(({ from, to }) => to.startsWith('src/') && !isDoor(from))
      .filter(({ from, to }) => roomOf(from) !== roomOf(to) && roomOf(to) !== 'failure')
      .filter(({ from, to }) => {
        const [exception = []] = EXCEPTIONS[placeOf(from)] ?? []
        return !allows(PLAN[roomOf(from)] ?? [], to) && !allows(exception, to)
      })
      .map(({ from, to }) => `${from} sees ${to}`)
    expect(broken).toEqual([])
  })

  test('see no door', () => {
    const broken = imports.filter(({ from, to }) => to.startsWith('src/') && isDoor(to) && !isDoor(from))
    expect(broken).toEqual([])
  })

  test('see nothing outside of src', () => {
    expect(imports.filter(({ to }) => to.startsWith('..') || /^(laws|test|docs)\//.test(to))).toEqual([])
  })

  test('have no exception that is not needed', () => {
    for (const [place, [allowed]] of Object.entries(EXCEPTIONS))
      for (const target of allowed)
        expect(imports.map(({ from, to }) => `${placeOf(from)} sees ${placeOf(to)}`)).toContain(
          `${place} sees ${target}`,
        )
  })
})

describe('what is not ours', () => {
  const foreign = imports.filter(({ to }) => !to.startsWith('src/'))

  test('is known where the plan says, and in the doors', () => {
    const broken = foreign
      .filter(({ from }) => !isDoor(from))
      .filter(({ from, to }) => !FOREIGN.some(([name, who]) => name.test(to) && allows(who, from)))
      .map(({ from, to }) => `${from} knows ${to}`)
    expect(broken).toEqual([])
    expect(foreign.filter(({ to }) => to.startsWith('@tensorflow/')).length).toBeGreaterThan(5)
  })

  test('is never Node, a test runner or fast-check, but in the door for Node', () => {
    const broken = foreign.filter(({ from, to }) => placeOf(from) !== 'node' && /^(node:|vitest|fast-check)/.test(to))
    expect(broken).toEqual([])
  })

  test('is, in fp-ts, what Node can import: fp-ts/lib/….js', () => {
    const used = sources.flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/from '(fp-ts[^']*)'/g)].map(([, name]) => name),
    )
    expect(used.length).toBeGreaterThan(0)
    expect(used.filter((name) => !/^fp-ts\/lib\/\w+\.js$/.test(name as string))).toEqual([])
  })
})

describe('laws', () => {
  test('see src, fast-check, and no test runner', () => {
    const seen = filesIn('laws')
      .flatMap(importsOf)
      .filter(({ value }) => value)
    const broken = seen.filter(({ to }) => !/^(src|laws)\//.test(to) && to !== 'fast-check')
    expect(broken).toEqual([])
  })
})

describe('a file', () => {
  const all = [...sources, ...filesIn('laws')]

  test('fits on a screen or two, or is one idea all the same', () => {
    const long = all.filter((file) => readFileSync(join(root, file), 'utf8').trimEnd().split('\n').length > SCREENS)
    expect(long).toEqual(Object.keys(LONG))
  })

  test('is called by its idea, in lower case: no utils, helpers, common, base, manager', () => {
    const names = [...all, ...filesIn('test'), ...filesIn('docs')].flatMap((file) =>
      file.replace(/(\.test|\.d|\.tmp)?\.m?ts$/, '').split('/'),
    )
    expect(names.filter((name) => /^(utils?|helpers?|common|base|managers?|misc|shared)$/i.test(name))).toEqual([])
    expect(all.filter((file) => file !== file.toLowerCase())).toEqual([])
  })

  test('is in a folder that is singular', () => {
    const folders = new Set(sources.map((file) => dirname(file).split('/').at(-1) as string))
    expect([...folders].filter((folder) => /[^s]s$/.test(folder) && folder !== 'presets')).toEqual([])
  })

  test('begins with, or soon has, a comment that says what it is', () => {
    const silent = sources.filter((file) => {
      const text = readFileSync(join(root, file), 'utf8')
      return !file.endsWith('index.ts') && !text.includes('/**')
    })
    expect(silent).toEqual([])
  })
})
