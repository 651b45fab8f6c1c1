import { schedule as s } from 'gradus'
import { describe, expect, test } from 'vitest'
import { schedule } from '../../laws/schedule.ts'

const schedules = {
  constant: s.constant(0.1),
  linear: s.linear({ from: 1, to: 0.1, over: 7 }),
  cosine: s.cosine({ from: 1, to: 0.1, over: 7 }),
  warmup: s.warmup(5, { from: 0.01, shape: 'exponential' })(s.cosine({ from: 1, over: 9 })),
  cycle: s.cycle(4, { growth: 2, decay: 0.5 })(s.linear({ from: 1, over: 4 })),
  chain: s.chain([3, 0.1], [4, s.cosine({ from: 0.1, over: 4 })], 0.01),
  mine: (t: number) => 1 / (t + 1),
}

describe.each(Object.entries(schedules))('%s', (_, one) => {
  for (const law of schedule(one)) test(law.name, () => law.assert())
})

describe('a schedule that remembers', () => {
  test('is caught', () => {
    let asked = 0
    const law = schedule(() => ++asked).find(({ name }) => name === 'a schedule is pure')
    expect(() => law?.assert()).toThrow(/and after/)
  })
})
