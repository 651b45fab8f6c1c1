import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as gradus from 'gradus'
import * as presets from 'gradus/presets'
import { useWasm } from 'gradus/wasm'
import katex from 'katex'
import { describe, expect, test } from 'vitest'
import { ELSEWHERE, unknown } from '../../docs/optimizers/catalogue.ts'
import { type ClaimName, claimOf } from '../../laws/claim/claim.ts'
import { claimed } from '../../laws/claimed.ts'
import { signatureOf } from '../../src/built.ts'
import { ROOT } from './fences.ts'

await useWasm() // first: what is no formula has laws that compare back ends
const { files } = await import('../../docs/optimizers/page.ts')
const { EVERYONES } = await import('../../docs/laws/everyones.ts')
const { exceptions } = await import('../laws/exceptions.ts')
const { obeyed } = await import('../laws/obeyed.ts')

describe('docs/optimizers.md', () => {
  const made = files()
  const page = made['optimizers.md'] as string
  const exported = Object.entries(gradus).filter(([, make]) => typeof make === 'function' && signatureOf(make))

  test.each(Object.entries(made))('%s is as `npm run docs` makes it', (path, content) => {
    expect(readFileSync(join(ROOT, 'docs', path), 'utf8')).toBe(content)
  })

  test('has every optimizer, transformation and combinator that the front door exports', () => {
    expect(exported.length).toBeGreaterThan(50)
    for (const [name] of exported) expect(page).toContain(`**\`${name}(`)
    expect(unknown()).toEqual([])
  })

  const lineOf = (name: string): string =>
    page
      .split(`**\`${name}(`)[1]
      ?.split(/\n\*\*`|\n## /)[0]
      ?.match(/\[Laws\]\(laws\.md\): (.*)\./)?.[1] ?? ''

  /** Each law that it names, and what has to be 0 for it. */
  const toldOf = (name: string) =>
    lineOf(name)
      .replace(/(^|; )of everyone’s not .*$/, '')
      .split('; ')
      .flatMap((group) => {
        const [, zeros = '', list = ''] = /^(?:where (.*?) (?:is|are) 0, )?(.*)$/.exec(group) ?? []
        return [...list.matchAll(/\*(.*?)\*/g)].map(
          ([, law]) => [law as string, [...zeros.matchAll(/`(\w+)`/g)].map(([, zero]) => zero)] as const,
        )
      })

  test.each(Object.entries(claimed))('tells what %s claims, and under which conditions', (name, optimizer) => {
    const told = Object.fromEntries(toldOf(name))
    for (const [claim, zeros] of Object.entries(optimizer.claims))
      expect(told[claimOf(claim as ClaimName, optimizer, zeros).name]).toEqual(zeros)
  })

  test.each(obeyed.filter(({ name }) => exported.some(([own]) => own === name)))(
    'tells all laws of $name but everyone’s',
    ({ name, laws }) => {
      const own = [...new Set(laws.map((law) => law.name))].filter((law) => !EVERYONES.includes(law))
      expect(new Set(toldOf(name).map(([law]) => law))).toEqual(new Set(own))
      for (const law of exceptions[name] ?? [])
        expect(lineOf(name)).toMatch(new RegExp(`of everyone’s not .*\\*${law}\\*`))
    },
  )

  test('says where laws are explained', () => {
    expect(page).toContain('[laws](laws.md)')
    expect(lineOf('nadamw')).toMatch(
      /^\*each element for itself\* · \*odd\* · \*linear in lr\* · .*; where `eps` is 0, \*scale-free\*; where `weightDecay` is 0, \*no origin\* · \*rest\*/,
    )
  })

  test('says nothing where it knows nothing, and shows every picture', () => {
    expect(page).not.toMatch(/undefined|\[object|\| NaN/)
    const shown = [...page.matchAll(/!\[\w+\]\((.*)\)/g)].map(([, path]) => path as string)
    expect(shown.sort()).toEqual(
      Object.keys(made)
        .filter((path) => path.endsWith('.svg'))
        .sort(),
    )
    for (const path of shown) expect(made[path]).not.toMatch(/NaN|Infinity|undefined/)
  })

  test('has links that lead somewhere', () => {
    const anchors = [...page.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replace(/[^\w\s-]/g, '')
        .replace(/\s/g, '-'),
    )
    for (const [, anchor] of page.matchAll(/\]\(#(.*?)\)/g)) expect(anchors).toContain(anchor)
    expect(new Set(anchors).size).toBe(anchors.length)
  })

  const formulas = [...page.matchAll(/\*\*`(\w+)\([^\n]*\n\n```math\n([\s\S]*?)```/g)]
  test.each(formulas.map(([, name, tex]) => [name as string, tex as string]))('the formula of %s is TeX', (_, tex) => {
    expect(katex.renderToString(tex, { displayMode: true, strict: 'error', throwOnError: true })).toContain('Δ')
  })

  test('names presets that there are', () => {
    for (const [name, others] of Object.entries(ELSEWHERE)) {
      expect(gradus).toHaveProperty(name)
      for (const other of others) expect(presets).toHaveProperty(other.replace(/\(.*/, ''))
    }
  })
})
