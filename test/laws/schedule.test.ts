import * as exported from 'gradus/schedule'
import { describe, expect, test } from 'vitest'
import type { Law } from '../../laws/law.ts'
import { Refuted } from '../../laws/refuted.ts'
import { decay, rate, schedule } from '../../laws/schedule/schedule.ts'
import { held } from './held/schedules.ts'

const mine = (t: number): number => 1 / (t + 1)

describe.each(Object.entries({ ...held, mine: decay(mine) }))('%s', (_, laws) => {
  for (const law of laws) test(law.name, () => law.assert())
})

test('there is nothing else that makes a schedule', () => {
  const not = ['show', 'plot', 'sparkline']
  const tried = Object.keys(held).flatMap((name) =>
    name.startsWith('schedule.') ? [name.slice('schedule.'.length)] : [],
  )
  expect(
    Object.keys(exported)
      .filter((name) => !not.includes(name))
      .sort(),
  ).toEqual(tried.sort())
})

/** How a law is refuted, for reading. */
const told = (laws: readonly Law[], name: string, seed = 1): string => {
  try {
    laws.find((law) => law.name === name)?.assert({ seed })
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(Refuted)
    return (thrown as Refuted).message
  }
  throw new Error(`"${name}" holds`)
}

describe('a schedule that breaks a law is told', () => {
  test('one that remembers', () => {
    let asked = 0
    expect(
      told(
        schedule(() => ++asked),
        'a schedule is pure',
      ),
    ).toMatch(/s\(0\) after s\(0\) came as \d+, expected \d+/)
  })

  test('one that is not finite at some t, at the least', () => {
    expect(
      told(
        schedule((t) => 1 / t),
        'a schedule is finite',
      ),
    ).toContain('s(0) came as Infinity, expected a finite number')
    expect(
      told(
        schedule((t) => 1 / (t - 2 ** 31)),
        'a schedule is finite',
      ),
    ).toContain('s(2147483648) came as')
    const late = (t: number) => (t > 2 ** 21 && t < 2 ** 31 ? Number.NaN : 1)
    expect(told(schedule(late), 'a schedule is finite')).toContain(`s(${2 ** 21 + 1}) came as NaN`)
  })

  test('one that is negative somewhere', () => {
    expect(
      told(
        rate((t) => 1 - t / 1e5),
        'a rate is never negative',
      ),
    ).toContain('s(100001) came as -0.00001')
    expect(
      told(
        rate((t) => (t === 0 ? -1e-9 : 1)),
        'a rate is never negative',
      ),
    ).toContain('s(0) came as -1e-9')
    expect(
      told(
        rate(() => Number.NaN),
        'a rate is never negative',
      ),
    ).toContain('came as NaN, expected at least 0')
  })

  test('one that rises', () => {
    expect(
      told(
        decay((t) => Math.max(1, t - 10)),
        'a decay does not rise',
      ),
    ).toContain('s(12) came as 2, expected at most s(11) = 1')
    expect(
      told(
        decay((t) => 1 + t / 2 ** 33),
        'a decay does not rise',
      ),
    ).toMatch(/t {13}0\n {2}u {13}1\n/)
  })

  test('by the laws of a rate and of any schedule too', () => {
    const names = ['a schedule is finite', 'a schedule is pure', 'a rate is never negative', 'a decay does not rise']
    expect(decay(mine).map(({ name }) => name)).toEqual(names)
  })
})
