import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  BLOCK,
  corpusOf,
  LEAST,
  spread,
  TENTH,
  UNKNOWN,
  unigramEntropy,
  windows,
} from '../../docs/examples/language-model/corpus.ts'
import { clock, duration, grouped } from '../../docs/examples/language-model/number.ts'
import { printable } from '../../docs/examples/language-model/sample.ts'
import { read } from '../../docs/examples/language-model/text.ts'
import { type Ended, onSource, type Watch } from '../ended.ts'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const MAIN = at('../../docs/examples/language-model/main.ts')
const SAMPLE = at('../../docs/examples/language-model/optimizer.json')
const folder = mkdtempSync(join(tmpdir(), 'gradus-language-model-'))
const inFolder = (name: string) => join(folder, name)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The command as a process of its own. */
const command = (args: readonly string[], watch?: Watch): Promise<Ended> => onSource(MAIN, args, at('../..'), watch)

const prose = (n: number): string =>
  Array.from({ length: n }, (_, i) => `Line ${i} tells that ${(i * 7919) % 1000} steps lead up the hill.\n`).join('')
const TEXT = inFolder('text.txt')
beforeAll(() => writeFileSync(TEXT, prose(500)))

/** Steps, losses, validation losses and rates, to the last bit. */
const numbers = (out: string): string => /<table class="numbers">(.*?)<\/table>/s.exec(page(out))?.[1] ?? ''
const page = (out: string): string => readFileSync(inFolder(`${out}/report.html`), 'utf8')
const learn = (out: string, ...args: readonly string[]) => command([TEXT, '--out', inFolder(out), ...args])

describe('the split', () => {
  const characters = fc.constantFrom('a', 'b', ' ', '\n', 'é', '→', '😀')
  const texts = fc.array(characters, { minLength: 1, maxLength: 60 }).map((some) => {
    const once = some.join('')
    return once.repeat(Math.ceil((3 * LEAST) / Buffer.byteLength(once)))
  })

  test('every tenth block is for validation, and every character is in one part', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const { ids, symbols, training, validation } = corpusOf(text)
        expect([...ids].map((id) => symbols[id]).join('')).toBe(text)
        const kept = new Set(
          validation.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i)),
        )
        let byte = 0
        for (const [i, character] of [...text].entries()) {
          if (kept.has(i) !== (Math.floor(byte / BLOCK) % TENTH === TENTH - 1)) throw new Error(`character ${i}`)
          byte += Buffer.byteLength(character)
        }
        const both = [...training, ...validation].sort((a, b) => a.from - b.from)
        expect(both[0]?.from).toBe(0)
        expect(both.at(-1)?.to).toBe(ids.length)
        for (const [i, { to }] of both.entries()) if (i + 1 < both.length) expect(both[i + 1]?.from).toBe(to)
      }),
      { numRuns: 20 },
    )
  })

  test('no window for training has a character of one for validation', () => {
    const { training, validation } = corpusOf(prose(3000))
    const seen = new Set(windows(training, 65, 32).flatMap((w) => Array.from({ length: 65 }, (_, i) => w + i)))
    const kept = windows(validation, 65, 64).flatMap((w) => Array.from({ length: 65 }, (_, i) => w + i))
    expect(kept.length).toBeGreaterThan(65 * 100)
    expect(kept.filter((i) => seen.has(i))).toEqual([])
  })

  test('windows fit their stretch', () => {
    expect(windows([{ from: 10, to: 20 }], 4, 3)).toEqual([10, 13, 16])
    expect(windows([{ from: 0, to: 3 }], 4, 1)).toEqual([])
    expect(spread([0, 1, 2, 3, 4, 5, 6, 7], 4)).toEqual([0, 2, 4, 6])
    expect(spread([0, 1], 4)).toEqual([0, 1])
  })

  test('of many different characters, the rarest are one', () => {
    const rare = Array.from({ length: 400 }, (_, i) => String.fromCodePoint(0x4e00 + i))
    const { symbols, ids } = corpusOf(`${rare.slice(0, 200).join('').repeat(2)}${rare.join('')}`)
    expect(symbols.length).toBe(256)
    expect(symbols[0]).toBe(UNKNOWN)
    expect(symbols.slice(1, 201)).toEqual(rare.slice(0, 200))
    expect([...ids].filter((id) => id === 0).length).toBe(145)
  })
})

test('the unigram entropy is that of the frequencies', () => {
  expect(unigramEntropy(Uint8Array.of(0, 0, 0))).toBeCloseTo(0, 15)
  expect(unigramEntropy(Uint8Array.of(0, 1, 2, 3))).toBeCloseTo(Math.log(4), 15)
  expect(unigramEntropy(Uint8Array.of(0, 0, 0, 1))).toBeCloseTo(-(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25)), 15)
})

test('without a file, the text is the type declarations of fp-ts, wherever one stands', async () => {
  const text = await read(undefined, LEAST)
  expect(text.bytes).toBe(1_315_394)
  expect(unigramEntropy(corpusOf(text.content).ids)).toBeCloseTo(3.6148, 4)
})

test('numbers are written for people', () => {
  expect([0, 59.6, 75, 3723].map(duration)).toEqual(['0 s', '1 min 0 s', '1 min 15 s', '1 h 2 min'])
  expect([0, 59.6, 75, 3723].map(clock)).toEqual(['0:00', '1:00', '1:15', '1:02:03'])
  expect(grouped(1_315_394)).toBe('1,315,394')
})

test('what is printed has no control characters', () => {
  expect(printable('a\r\nb\tc\u001b[31m\u0000\u200e')).toBe('a\nb  c·[31m··')
})

describe('the command', () => {
  test('learns, tells how, and leaves a report; the same seed gives the same losses to the last bit', async () => {
    const args = ['--steps', '24', '--batch', '4']
    const [first, second, third] = await Promise.all([
      learn('first', ...args),
      learn('second', ...args),
      learn('third', ...args, '--seed', '2'),
    ])
    expect(first).toMatchObject({ code: 0, err: '' })
    expect(second.code).toBe(0)
    expect(third.code).toBe(0)

    expect(numbers('first')).toMatch(/<td>24<\/td><td>\d\.\d{8,}<\/td>/)
    expect(numbers('second')).toBe(numbers('first'))
    expect(numbers('third')).not.toBe(numbers('first'))
    expect(/the model writes:\n(?: {2}│ .*\n)+/.exec(second.out)?.[0]).toBe(
      /the model writes:\n(?: {2}│ .*\n)+/.exec(first.out)?.[0],
    )

    const validations = [...first.out.matchAll(/^validation after step \d+: (\S+)/gm)].map(([, loss]) => Number(loss))
    expect(validations.length).toBe(12)
    expect(validations.at(-1)).toBeLessThan((validations[0] as number) - 0.3)
    expect(first.out).toMatch(/^step 24\/24 · loss \S+ · validation \S+ · lr \S+ · \S+ steps\/s · 0:00 left$/m)
    expect(first.out).toMatch(/^schedule +warmup\(1\)\(cosine\(\{ from: /m)
    for (const name of ['steps', 'time', 'validation loss', 'unigram entropy', 'difference', 'report'])
      expect(first.out.split('\n').slice(-9).join('\n')).toMatch(new RegExp(`^${name}  +\\S`, 'm'))
    expect(first.out).toMatch(/^[\P{C}\n]*$/u)

    const html = page('first')
    expect(html.match(/<svg /g)?.length).toBe(2)
    expect(html).toContain('unigram entropy')
    expect(html).toMatch(/<math .*<mtable/s)
    expect(html).toMatch(/optimizer state<\/th><td>\d+ KiB, 2\.00 ×/)
    expect(html).toMatch(/<pre class="sample"><span>[^<]+<\/span>[^<]+<\/pre>/)
    expect(html.match(/<script|<link|<img|<iframe|https?:|url\((?!#)|@import| src=| href=/g)).toBeNull()
  })

  test('takes an optimizer from a file', async () => {
    const { code, out, err } = await learn('own', '--steps', '4', '--batch', '2', '--optimizer', SAMPLE)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/^optimizer +\S*optimizer.json$/m)
    expect(out).toMatch(/^schedule +warmup\(80\)\(cosine\(\{ from: 0.008, to: 0.0004, over: 1520 \}\)\)$/m)
    expect(page('own')).toContain('1 on 13 tensors')
  })

  test('takes one that is no formula, without a rate', async () => {
    writeFileSync(inFolder('plain.json'), '{ "chain": [{ "centralize": {} }, { "scale": -0.1 }] }')
    const { code, out, err } = await learn(
      'plain',
      '--steps',
      '4',
      '--batch',
      '2',
      '--optimizer',
      inFolder('plain.json'),
    )
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/ · lr – · /)
    expect(page('plain')).toContain('It is not one formula.')
    expect(page('plain')).not.toContain('Learning rate over steps')
  })

  test('Ctrl-C ends it with the report of what was done', async () => {
    const ended = await command([TEXT, '--out', inFolder('interrupted'), '--steps', '100000'], (out, child) => {
      if (out.includes('\nschedule')) child.kill('SIGINT')
    })
    expect(ended).toMatchObject({ code: 130, err: '' })
    expect(ended.out).toMatch(/^steps +\d+ of 100,000$/m)
    expect(page('interrupted')).toMatch(/It was interrupted after [\d,]+ of 100,000 steps/)
  })

  test('a loss that is not finite ends it with one line and the report', async () => {
    const ended = await learn('diverged', '--steps', '40', '--optimizer', 'sgd', '--lr', '1e6')
    expect(ended.code).toBe(1)
    expect(ended.err).toMatch(/^language-model: train: .* at step \d+ is not finite, .*\n$/)
    expect(page('diverged')).toMatch(/It failed after \d+ of 40 steps/)
  })

  test('--help tells every option with its default and its choices', async () => {
    const { code, out } = await command(['--help'])
    expect(code).toBe(0)
    const words = out.replace(/\s+/g, ' ')
    expect(words).toMatch(/--steps <n> [^-]*\(default: \d+\)/)
    expect(words).toContain(
      '(choices: "adamw", "adam", "sgd", "momentum", "nesterov", "adagrad", "rmsprop", default: "adamw")',
    )
    expect(words).toMatch(/--lr <x> .*\(default: adamw [\d.]+, adam [\d.]+, sgd /)
    expect(words).toMatch(/--batch <n> [^-]*\(default: \d+\)/)
    expect(words).toMatch(/--seed <n> [^-]*\(default: 1\)/)
    expect(words).toContain('(choices: "wasm", "cpu", default: "wasm")')
    expect(words).toContain('(default: "out")')
    expect(words).toContain('npm start -- path/to/any.txt')
  })
})

describe('what is wrong is told in one line, before anything is learned', () => {
  const file = (name: string, content: string | Uint8Array): string => {
    writeFileSync(inFolder(name), content)
    return inFolder(name)
  }
  const cases: readonly (readonly [what: string, args: () => readonly string[], line: RegExp])[] = [
    ['a missing text', () => [inFolder('missing')], /the text ".*missing" does not exist, expected a file/],
    ['a folder', () => [folder], /the text ".*" is a folder, expected a file/],
    ['an empty text', () => [file('empty', '')], /the text ".*" is empty, expected at least 20,480 bytes/],
    ['a NUL', () => [file('nul', 'abc\0')], /the text ".*" has a NUL at byte 3, expected plain text in UTF-8/],
    [
      'bad UTF-8',
      () => [file('bad', Uint8Array.of(65, 195, 169, 255))],
      /the text ".*" is not UTF-8 at byte 3, expected plain text/,
    ],
    ['a short text', () => [file('short', 'étude')], /the text ".*" has 6 bytes, expected at least 20,480$/],
    ['an unknown option', () => ['--stesp', '3'], /unknown option '--stesp'/],
    ['a second text', () => ['a', 'b'], /too many arguments/],
    ['--steps', () => ['--steps', '-1'], /--steps is "-1", expected a whole number from 1/],
    ['--lr', () => ['--lr', 'abc'], /--lr is "abc", expected a number above 0/],
    ['--batch', () => ['--batch', '0'], /--batch is "0", expected a whole number from 1/],
    ['--seed', () => ['--seed', '1.5'], /--seed is "1.5", expected a whole number from 0/],
    ['--optimizer', () => ['--optimizer', 'sdg'], /--optimizer is "sdg", expected one of adamw, adam, sgd/],
    [
      'an optimizer’s file that is missing',
      () => ['--optimizer', inFolder('missing.json')],
      /--optimizer is ".*missing.json", expected a file that can be read: ENOENT/,
    ],
    [
      'an optimizer’s file that is no JSON',
      () => ['--optimizer', file('torn.json', '{ "adam": ')],
      /--optimizer is ".*torn.json", expected JSON: /,
    ],
    [
      'an optimizer’s file that is no optimizer',
      () => ['--optimizer', file('misspelt.json', '{ "adam": { "lt": 0.1 } }')],
      /misspelt.json: config: adam.lt is an unknown option, expected lr, b1, b2, eps; did you mean "lr"\?$/,
    ],
    [
      '--lr beside an optimizer’s file',
      () => ['--optimizer', 'own.json', '--lr', '0.1'],
      /--lr is 0.1, expected none beside a file: own.json has its own/,
    ],
    ['--backend', () => ['--backend', 'gpu'], /--backend is "gpu", expected one of wasm, cpu/],
    ['--out in a file', () => [TEXT, '--out', join(TEXT, 'x')], /--out is ".*", expected a folder to write in: /],
    ['--out where nothing can be', () => [TEXT, '--out', '/proc/x'], /--out is "\/proc\/x", expected a folder/],
    [
      'a folder in the report’s place',
      () => {
        mkdirSync(inFolder('taken/report.html'), { recursive: true })
        return [TEXT, '--out', inFolder('taken')]
      },
      /the report ".*" is no file, expected one or nothing there/,
    ],
  ]
  test.concurrent.for(cases)('%s', async ([, args, line], { expect }) => {
    const { code, out, err } = await command(args())
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(/^language-model: [^\n]+\n$/)
    expect(err.slice('language-model: '.length, -1)).toMatch(line)
  })

  test('nothing is left of it', () => expect(existsSync(inFolder('missing'))).toBe(false))
})
