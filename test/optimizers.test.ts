import { expect, test } from 'vitest'
import * as catalogue from '../src/catalogue.ts'
import { BINARY, UNARY } from '../src/expr/expr.ts'
import { program } from '../src/expr/program.ts'
import { everyWord } from './everyword.ts'
import { optimizers, tensorwise } from './optimizers.ts'

test('the tables have every optimizer that there is', () => {
  const tables = [...Object.keys(optimizers), ...Object.keys(tensorwise)]
  const none = ['Monoid', 'chain']
  expect(tables).toEqual(expect.arrayContaining(Object.keys(catalogue).filter((name) => !none.includes(name))))
})

test('everyWord says every word of the language, and reduces with both over both', () => {
  const { code } = program(everyWord.rule?.step ?? {})
  const said = new Set(code.flatMap((i) => (i.kind === 'apply' ? [i.op as string] : [])))
  const reduced = code.flatMap((i) => (i.kind === 'reduce' ? [`${i.op} over ${i.over}`] : []))
  expect([...said].sort()).toEqual([...UNARY, ...BINARY, 'select'].sort())
  expect([...new Set(reduced)].sort()).toEqual(['max over tensor', 'max over tree', 'sum over tensor', 'sum over tree'])
})
