import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { files } from '../../docs/derivatives/page.ts'
import { registry } from '../autodiff/registry.ts'
import { ROOT } from './fences.ts'

describe('docs/derivatives.md', () => {
  const page = files()['derivatives.md'] as string

  test('is as `npm run docs` makes it', () => {
    expect(readFileSync(join(ROOT, 'docs/derivatives.md'), 'utf8')).toBe(page)
  })

  test('has a row for every kernel, and only one', () => {
    const named = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name as string)
    expect(named.sort()).toEqual(Object.keys(registry).sort())
  })

  test('says nothing where it knows nothing', () => {
    expect(page).not.toMatch(/undefined|\[object|NaN \|/)
  })
})
