import { rule as make } from 'gradus'
import { describe, expect, test } from 'vitest'
import { rule } from '../../laws/rule.ts'
import { optimizers } from '../optimizers.ts'

describe.each(Object.entries(optimizers).filter(([name]) => name !== 'everyWord'))('%s', (_, optimizer) => {
  for (const law of rule(optimizer)) test(law.name, () => law.assert())
})

describe('a broken optimizer', () => {
  const broken = make({
    name: 'broken',
    slots: { n: 0 },
    step: ({ g, n }) => ({ n: n.add(1), delta: g.div(n.sub(2)) }),
  })

  test('is told by its name of the law and the smallest history', () => {
    const law = rule(broken).find(({ name }) => name === 'finite in, finite out')
    expect(() => law?.assert({ seed: 1 })).toThrow(/after step 3/)
  })
})
