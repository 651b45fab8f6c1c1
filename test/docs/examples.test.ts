import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fences, ROOT } from './fences.ts'

/** Every example is typed and run, as it stands. */
const FOLDER = join(ROOT, 'test', '.examples')
const examples = fences().map((fence, i) => ({ ...fence, file: join(FOLDER, `example-${i}.ts`) }))

beforeAll(() => {
  mkdirSync(FOLDER, { recursive: true })
  for (const { file, code } of examples) writeFileSync(file, code)
  writeFileSync(
    join(FOLDER, 'tsconfig.json'),
    JSON.stringify({
      extends: '../../tsconfig.json',
      compilerOptions: {
        paths: {
          gradus: ['../../src/index.ts'],
          'gradus/laws': ['../../laws/index.ts'],
          'gradus/plot': ['../../src/plot.ts'],
          'gradus/presets': ['../../src/presets/index.ts'],
          'gradus/schedule': ['../../src/schedule/index.ts'],
          'gradus/wasm': ['../../src/wasm.ts'],
          'gradus/webgl': ['../../src/webgl.ts'],
        },
      },
      include: ['*.ts'],
    }),
  )
})

afterAll(() => rmSync(FOLDER, { recursive: true, force: true }))

describe('examples', () => {
  test('there are some', () => expect(examples.length).toBeGreaterThan(2))

  test('are well typed', () => {
    execFileSync('npx', ['tsc', '-p', FOLDER], { stdio: 'pipe', encoding: 'utf8' })
  })

  for (const { name, file } of examples)
    test(`${name} runs`, async () => {
      await import(file)
    })
})
