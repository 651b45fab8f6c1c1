import { addDecayedWeights, chain, rule as make, type Optimizer, sgd } from 'gradus'
import { describe, expect, test } from 'vitest'
import { rule } from '../../laws/rule.ts'
import { literal, variable } from '../../src/expr/expr.ts'
import { substitute } from '../../src/expr/fold.ts'
import { mapRecord, type Rule } from '../../src/rule/formula.ts'
import { fromRule } from '../../src/rule/rule.ts'
import { optimizers } from '../optimizers.ts'

/** Histories have no losses: those who hear one get 1, ½, ⅓, ⅓, ⅓, … */
const told = ({ rule }: Optimizer): Optimizer => {
  const heard = substitute({ loss: literal(1).div(variable('t', 'tree').min(3)) })
  return fromRule({ ...(rule as Rule), step: mapRecord((rule as Rule).step, heard) })
}

describe.each(Object.entries(optimizers).filter(([name]) => name !== 'everyWord'))('%s', (_, optimizer) => {
  for (const law of rule(told(optimizer))) test(law.name, () => law.assert())
})

const toldOf = (optimizer: Optimizer, name: string) => rule(optimizer).find((law) => law.name === name)?.assert

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

  test('is told where θ is infinite and never NaN', () => {
    const pole = make({
      name: 'pole',
      slots: { n: 0 },
      step: ({ g, n }) => ({ n: n.add(1), delta: g.mul(0).add(1).div(n.sub(2)) }),
    })
    expect(toldOf(pole, 'finite in, finite out')).toThrow(/after step 3/)
  })

  test('is told where it remembers, or looks at the names or the order of leaves', () => {
    let asked = 0
    const remembering = make({
      name: 'remembering',
      hyper: { lr: () => ++asked },
      step: ({ g, lr }) => ({ delta: g.add(1).mul(lr) }),
    })
    expect(toldOf(remembering, 'a step is pure')).toThrow(/run again/)
    expect(toldOf(remembering, 'a run is its steps')).toThrow(/the shorter run/)
    const masked = chain(addDecayedWeights({ weightDecay: 0.1, where: (path) => path === 'x' }), sgd({ lr: 1 }))
    expect(toldOf(masked, 'names of leaves do not matter')).toThrow(/with another name/)
    let leaves = 0
    const counting = chain(addDecayedWeights({ weightDecay: 0.1, where: () => leaves++ % 2 === 0 }), sgd({ lr: 1 }))
    expect(toldOf(counting, 'the order of leaves does not matter')).toThrow(/in another order/)
  })
})
