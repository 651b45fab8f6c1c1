import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { useWasm } from 'gradus/wasm'
import { describe, expect, test } from 'vitest'
import { fingerprint, ofRule } from '../../docs/laws/fingerprint.ts'
import { parsed } from '../../docs/laws/record.ts'
import { sourcesOf } from '../../docs/laws/sources.ts'
import { recordOf, stateOf, times } from '../../docs/laws/state.ts'
import { optimizers } from '../optimizers.ts'
import { ROOT } from './fences.ts'

await useWasm() // first: what is no formula has laws that compare back ends
const laws = await import('gradus/laws')
const { chapters } = await import('../../docs/laws/chapters.ts')
const { anchor } = await import('../../docs/laws/links.ts')
const { everything } = await import('../../docs/laws/obeyed.ts')
const { files } = await import('../../docs/laws/page.ts')
const { mutants } = await import('../laws/mutants.ts')
const { obeyed } = await import('../laws/obeyed.ts')

const asks = chapters.flatMap((chapter) => chapter.asks)
const names = new Set(asks.flatMap((ask) => ask.laws.map(({ name }) => name)))
const page = files()['laws.md'] as string

describe('docs/laws.md', () => {
  test('is as `npm run docs` makes it', () => {
    expect(readFileSync(join(ROOT, 'docs/laws.md'), 'utf8')).toBe(page)
  })

  test('has every function of gradus/laws that gives laws, once', () => {
    const others = [laws.Broken, laws.Refuted, laws.law, laws.suite, laws.alike, laws.rounding, laws.run, laws.stepsOf]
    const words = [laws.histories, laws.vectors, laws.adamBound, laws.adamaxBound, laws.ball, laws.box, laws.simplex]
    const lists = Object.entries(laws)
      .filter(([, f]) => typeof f === 'function' && ![...others, ...words].includes(f as never))
      .map(([name]) => name)
    const combinators = Object.keys(laws.combinators).map((name) => `combinators.${name}`)
    expect(asks.map(({ name }) => name).sort()).toEqual([...lists, ...combinators].sort())
  })

  test('has every law that something obeys, or that catches a mutant', () => {
    const used = [...obeyed.flatMap((one) => one.laws.map(({ name }) => name)), ...mutants.map(({ law }) => law)]
    expect(used.filter((name) => !names.has(name))).toEqual([])
    for (const name of names) expect(page).toContain(`| ${name.replaceAll('|', '\\|')} | \``)
  })

  test('tells each law’s equation and words, and nothing that is not known', () => {
    for (const { name, equation, words } of asks.flatMap((ask) => ask.laws)) {
      expect([name, equation, words].every((text) => text.length > 0 && !text.includes('\n'))).toBe(true)
      expect(equation).not.toContain('`')
    }
    expect(page).not.toMatch(/\| undefined|: undefined|\[object|NaN \|/)
  })

  test('has links that lead somewhere', () => {
    const headings = [...page.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) => anchor(title))
    expect(new Set(headings).size).toBe(headings.length)
    for (const [, place] of page.matchAll(/\]\(#(.*?)\)/g)) expect(headings).toContain(place)
    const others: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
      ['optimizers.md', 'schedules.md'].map((path) => {
        const text = readFileSync(join(ROOT, 'docs', path), 'utf8')
        return [path, [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) => anchor(title))]
      }),
    )
    for (const [, path = '', place] of page.matchAll(/\]\((\w+\.md)#(.*?)\)/g)) expect(others[path]).toContain(place)
  })
})

describe('laws', () => {
  test('have one meaning each: the same name has the same words', () => {
    const words = new Map<string, string>()
    for (const { name, words: own } of asks.flatMap((ask) => ask.laws)) {
      expect(words.get(name) ?? own, name).toBe(own)
      words.set(name, own)
    }
  })

  test('can fail: each has a mutant that it catches', () => {
    const caught = new Set(mutants.map(({ law }) => law))
    // One law under many names, one for each two that are equal.
    const equal = asks.find(({ name }) => name === 'equal')?.laws.map(({ name }) => name) ?? []
    expect(equal.some((name) => caught.has(name))).toBe(true)
    const lacking = [...names].filter((name) => !caught.has(name) && !equal.includes(name))
    expect(lacking).toEqual([])
  })
})

describe('the record', () => {
  const sources = sourcesOf(ROOT)
  const all = everything(sources)
  const one = all[0] as (typeof all)[number]
  const { optimizer, law, of } = one
  const with_ = (...tried: readonly unknown[]) => ({
    laws: { [optimizer]: { [law.name]: tried as never } },
    mutants: {},
  })

  test('is read', () => {
    const results = parsed(readFileSync(join(ROOT, 'docs/laws/record.json'), 'utf8'))
    expect(Object.keys(results)).toEqual(['laws', 'mutants'])
  })

  test('knows what held, what did not, what has changed, what is missing', () => {
    expect(stateOf(one, with_(100, 1, of))).toEqual(['held', 100])
    expect(stateOf(one, with_(100, 1, of, 'refuted'))).toEqual(['refuted', 100])
    expect(stateOf(one, with_(100, 1, '000000'))).toEqual(['stale', 0])
    expect(stateOf(one, { laws: {}, mutants: {} })).toEqual(['missing', 0])
  })

  test('says so', () => {
    const two = [one, all[1] as typeof one]
    expect(times(two, with_(10_000, 1, of))).toBe('0 to 10,000 runs each')
    expect(times([one], with_(10_000, 1, of))).toBe('10,000 runs each')
    expect(times([one], with_(10_000, 1, '000000'))).toBe('not tried')
    expect(recordOf([one], with_(10_000, 1, of))).not.toMatch(/Stale|Missing|Refuted/)
    expect(recordOf(two, with_(10_000, 1, of))).toMatch(/\*\*Missing\*\*/)
    expect(recordOf(two, with_(10_000, 1, '000000'))).toMatch(/\*\*Stale\*\*.*\*\*Missing\*\*/s)
    expect(recordOf([one], with_(10_000, 1, of, 'refuted'))).toMatch(/0 of these have been tried.*\*\*Refuted\*\*/s)
  })

  test('knows a formula by what it computes', () => {
    const rules = Object.values(optimizers).flatMap(({ rule }) => (rule ? [rule] : []))
    const prints = rules.map((rule) => fingerprint(ofRule(rule)))
    expect(new Set(prints).size).toBe(prints.length)
    expect(rules.map((rule) => fingerprint(ofRule({ ...rule })))).toEqual(prints)
  })

  test('knows the file of everything, of laws and of what is no formula', () => {
    for (const name of ['muon', 'every', 'schedule.cosine', 'torch.sgd', 'keras.tf1.linearCosineDecay'])
      expect(sources.exporting(name), name).toContain('exportconst')
    expect(sources.exporting('keras.sgd')).not.toBe(sources.exporting('torch.sgd'))
    expect(sources.exporting('nobody')).toBeUndefined()
    const own = laws.equal(optimizers.adam as never, optimizers.adam as never).map(({ equation }) => equation)
    const said = new Set(asks.flatMap((ask) => ask.laws.filter(({ equation }) => own.includes(equation))))
    const ours = asks.flatMap((ask) => ask.laws.filter((law) => !said.has(law)).map(({ name }) => name))
    expect(ours.filter((name) => sources.making(name) === undefined)).toEqual([])
  })
})
