import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { files } from '../../docs/wasm/page.ts'
import { KERNELS } from '../../src/autodiff/kernels.ts'
import { ROOT } from './fences.ts'

describe('docs/wasm.md', () => {
  const page = files()['wasm.md'] as string

  test('is as `npm run docs` makes it', () => {
    expect(readFileSync(join(ROOT, 'docs/wasm.md'), 'utf8')).toBe(page)
  })

  test('says of every kernel why it is there', () => {
    const rows = [...page.matchAll(/^\| `(\w+)` \| (.*) \|$/gm)]
    expect(rows.map(([, name]) => name).sort()).toEqual(KERNELS.map(({ name }) => name).sort())
    for (const [, , why] of rows) expect(why).not.toMatch(/undefined|^$/)
  })
})
