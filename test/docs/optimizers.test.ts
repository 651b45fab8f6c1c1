import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as gradus from 'gradus'
import * as presets from 'gradus/presets'
import katex from 'katex'
import { describe, expect, test } from 'vitest'
import { ELSEWHERE, unknown } from '../../docs/optimizers/catalogue.ts'
import { files } from '../../docs/optimizers/page.ts'
import { claimed } from '../../laws/claimed.ts'
import { type ClaimName, claims } from '../../laws/claims.ts'
import { signatureOf } from '../../src/built.ts'
import { ROOT } from './fences.ts'

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
      ?.match(/\[Laws\]\(#laws\): (.*)\./)?.[1] ?? ''

  test.each(Object.entries(claimed))('tells the laws of %s, and under which conditions', (name, optimizer) => {
    const told = lineOf(name)
      .split('; ')
      .flatMap((group) => {
        const [, zeros = '', list = ''] = /^(?:where (.*) (?:is|are) 0, )?(.*)$/.exec(group) ?? []
        return list.split(' · ').map((law) => [law, [...zeros.matchAll(/`(\w+)`/g)].map(([, zero]) => zero)])
      })
    const expected = Object.entries(optimizer.claims).map(([claim, zeros]) => [claims[claim as ClaimName].name, zeros])
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(expected))
    expect(told).toHaveLength(expected.length)
  })

  test('explains every law, and tells laws of nothing that has not been tried', () => {
    for (const { name, equation, words } of Object.values(claims))
      expect(page).toContain(`| ${name} | \`${equation}\` | ${words} |`)
    expect(page.match(/^\[Laws\]\(#laws\): /gm)).toHaveLength(Object.keys(claimed).length)
    expect(lineOf('adamw')).toBe(
      'each element for itself · odd · linear in lr; where `eps` is 0, scale-free; where `weightDecay` is 0, no origin · rest; ' +
        'where `eps` and `weightDecay` are 0, lr at a constant gradient',
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
