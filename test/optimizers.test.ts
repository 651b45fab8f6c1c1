import { readFileSync } from 'node:fs'
import * as gradus from 'gradus'
import { expect, test } from 'vitest'
import { BINARY, UNARY } from '../src/expr/expr.ts'
import { program } from '../src/expr/program.ts'
import { everyWord } from './everyword.ts'
import { optimizers } from './optimizers.ts'

/** What the rules' files export beside optimizers: the words and bounds that rules are written with. */
const WORDS = ['debias', 'ema', 'perTensor', 'perTree', 'rule', 'finite', 'fraction', 'nonNegative', 'positive']

test('the table of optimizers has every rule that the front door exports', () => {
  const door = readFileSync(new URL('../src/index.ts', import.meta.url), 'utf8')
  const names = [...door.matchAll(/export \{([^}]*)\} from '\.\/rule\//g)]
    .flatMap(([, list = '']) => list.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '' && !name.startsWith('type ') && !WORDS.includes(name))
  expect(names.length).toBeGreaterThan(10)
  expect(names.every((name) => name in gradus)).toBe(true)
  expect(Object.keys(optimizers)).toEqual(expect.arrayContaining(names))
})

test('everyWord says every word of the language, and reduces with both over both', () => {
  const { code } = program(everyWord.rule?.step ?? {})
  const said = new Set(code.flatMap((i) => (i.kind === 'apply' ? [i.op as string] : [])))
  const reduced = code.flatMap((i) => (i.kind === 'reduce' ? [`${i.op} over ${i.over}`] : []))
  expect([...said].sort()).toEqual([...UNARY, ...BINARY, 'select'].sort())
  expect([...new Set(reduced)].sort()).toEqual(['max over tensor', 'max over tree', 'sum over tensor', 'sum over tree'])
})
