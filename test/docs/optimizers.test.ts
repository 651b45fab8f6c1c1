import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as gradus from 'gradus'
import * as presets from 'gradus/presets'
import katex from 'katex'
import { describe, expect, test } from 'vitest'
import { ELSEWHERE, unknown } from '../../docs/optimizers/catalogue.ts'
import { files } from '../../docs/optimizers/page.ts'
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
