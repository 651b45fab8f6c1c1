import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NOTHING, parsed, printed, pruned, withCaught, withTried } from '../../docs/laws/record.ts'
import { law } from '../../laws/law.ts'
import { Broken } from '../../laws/refuted.ts'
import { hunts, trials } from './plan.ts'
import { estimateOf, linesOf } from './watch.ts'
import { type Trial, work } from './work.ts'

/** What `npm run laws` is made of, without its threads. */
const positive = law({
  name: 'positive',
  equation: 'x > 0',
  words: 'No number is below 0.',
  given: fc.record({ x: fc.nat() }),
  holds: ({ x }) => {
    if (x < 0) throw new Broken('x', x, 'more')
  },
})
const small = law({
  name: 'small',
  equation: 'x < 10',
  words: 'No number is large.',
  given: fc.record({ x: fc.nat() }),
  holds: ({ x }) => {
    if (x >= 10) throw new Broken('x', x, 'less than 10')
  },
})
const obeyed = [
  { name: 'adam', laws: [positive, small] },
  { name: 'lamb', laws: [positive, positive] },
]
const all = obeyed.flatMap(({ name, laws }) => laws.map((law) => ({ optimizer: name, law, of: `${name}1` })))
const mutants = [
  { name: 'large', laws: [positive, small], law: 'small' },
  { name: 'none', laws: [positive], law: 'positive' },
]
const known = { obeyed, mutants }
const asked = { runs: 100, again: false }
const namesOf = (tasks: readonly Trial[]) => tasks.map(({ optimizer, law }) => `${optimizer}: ${law}`)

describe('the plan', () => {
  test('is everything, each law of each optimizer once', () => {
    const { tasks, known } = trials(all, asked, NOTHING)
    expect(namesOf(tasks)).toEqual(['adam: positive', 'adam: small', 'lamb: positive'])
    expect(tasks[0]).toEqual({ kind: 'trial', optimizer: 'adam', law: 'positive', runs: 100, seed: 1, of: 'adam1' })
    expect(known).toEqual([])
  })

  test('or what was asked for', () => {
    expect(namesOf(trials(all, { ...asked, only: ['adam'] }, NOTHING).tasks)).toHaveLength(2)
    expect(namesOf(trials(all, { ...asked, law: ['positive'] }, NOTHING).tasks)).toHaveLength(2)
    expect(
      hunts(
        mutants.map((mutant) => ({ ...mutant, of: '' })),
        { ...asked, only: ['none'] },
      ).tasks,
    ).toEqual([{ kind: 'hunt', mutant: 'none', law: 'positive', seeds: 10, of: '' }])
  })

  test('has no names that there are not', () => {
    expect(() => trials(all, { ...asked, only: ['adm'] }, NOTHING)).toThrow(
      '--only has "adm", which there is not; did you mean "adam"?',
    )
    expect(() => trials(all, { ...asked, law: ['smal'] }, NOTHING)).toThrow('did you mean "small"?')
  })

  test('passes over what was tried as often, as it is now, and held', () => {
    const left = (tried: Parameters<typeof withTried>[3], more = {}) => {
      const plan = trials(all, { ...asked, ...more }, withTried(NOTHING, 'adam', 'positive', tried))
      expect(plan.tasks.length + plan.known.length).toBe(3)
      return plan.tasks.length
    }
    expect(left([100, 1, 'adam1'])).toBe(2)
    expect(left([1000, 7, 'adam1'])).toBe(2)
    expect(left([100, 7, 'adam1'], { seed: 7 })).toBe(2)
    expect(left([99, 1, 'adam1'])).toBe(3)
    expect(left([100, 1, 'adam0'])).toBe(3)
    expect(left([100, 1, 'adam1', 'refuted'])).toBe(3)
    expect(left([100, 1, 'adam1'], { seed: 7 })).toBe(3)
    expect(left([100, 1, 'adam1'], { again: true })).toBe(3)
  })
})

describe('the work', () => {
  const [holds, fails] = trials(all, asked, NOTHING).tasks as [Trial, Trial]

  test('tells what held, and what did not, in full', () => {
    expect(work(holds, known)).toEqual({ kind: 'trial', ms: expect.any(Number) })
    const told = work(fails, known)
    expect(told).toMatchObject({
      refuted: expect.stringMatching(/^"small" does not hold: x < 10\n.*x +10\n.*seed: 1,/s),
    })
  })

  test('tries each law of that name, as often as was asked', () => {
    let runs = 0
    const counted = {
      ...positive,
      assert: ({ numRuns = 0, seed = 0 } = {}) => {
        runs += numRuns + seed
      },
    }
    work({ ...holds, runs: 40 }, { obeyed: [{ name: 'adam', laws: [counted, counted] }], mutants: [] })
    expect(runs).toBe(2 * 41)
  })

  test('counts the seeds that catch a mutant, and names the other laws that do', () => {
    const [large, none] = hunts(
      mutants.map((mutant) => ({ ...mutant, of: '' })),
      asked,
    ).tasks
    expect(large && work(large, known)).toMatchObject({ kind: 'hunt', caught: 10, also: [] })
    expect(large && work({ ...large, law: 'positive' }, known)).toMatchObject({ caught: 0, also: ['small'] })
    expect(none && work(none, known)).toMatchObject({ caught: 0 })
  })

  test('does not take a law that cannot be asked for one that catches', () => {
    const broken = {
      ...small,
      assert: () => {
        throw new TypeError('no tensors')
      },
    }
    const [large] = hunts([{ name: 'large', law: 'small', of: '' }], asked).tasks
    expect(() => large && work(large, { obeyed, mutants: [{ name: 'large', laws: [broken], law: 'small' }] })).toThrow(
      'no tensors',
    )
    expect(work(fails, { obeyed: [{ name: 'adam', laws: [broken] }], mutants })).toMatchObject({
      refuted: expect.stringContaining('no tensors'),
    })
  })
})

describe('the record', () => {
  const some = withCaught(
    withTried(
      withTried(withTried(NOTHING, 'lamb', 'rest', [9, 1, 'a']), 'adam', 'rest', [8, 2, 'b', 'refuted']),
      'adam',
      'odd',
      [7, 3, 'c'],
    ),
    'no bias correction',
    [10, 10, 'd', ['odd']],
  )

  test('is read as it is written, a line each, sorted', () => {
    expect(parsed(printed(some))).toEqual(some)
    expect(printed(some).split('\n')).toEqual([
      '{',
      '"laws": {',
      '"adam": {"odd":[7,3,"c"],"rest":[8,2,"b","refuted"]},',
      '"lamb": {"rest":[9,1,"a"]}',
      '},',
      '"mutants": {',
      '"no bias correction": [10,10,"d",["odd"]]',
      '}',
      '}',
      '',
    ])
    expect(parsed(printed(NOTHING))).toEqual(NOTHING)
  })

  test('forgets what there is no more', () => {
    expect(pruned(some, { adam: ['odd'] }, [])).toEqual({ laws: { adam: { odd: [7, 3, 'c'] } }, mutants: {} })
    expect(pruned(some, { adam: ['odd', 'rest'], lamb: ['rest'] }, ['no bias correction'])).toEqual(some)
  })
})

describe('what is told', () => {
  const { tasks } = trials(all, asked, NOTHING)
  const [first, second, third] = tasks as [Trial, Trial, Trial]

  test('is a line for each optimizer, when all of its laws have been tried', () => {
    const lines = linesOf(tasks)
    expect(lines(first, { kind: 'trial', ms: 1000 })).toBeUndefined()
    expect(lines(third, { kind: 'trial', ms: 60_000 })).toBe('lamb: 1 law × 100 runs in 1 min 0 s, none refuted')
    expect(lines(second, { kind: 'trial', ms: 2000, refuted: '…' })).toBe(
      'adam: 2 laws × 100 runs in 3 s, refuted: small',
    )
  })

  test('is how long it will take, from the same optimizer’s laws, or from all', () => {
    const left = estimateOf(tasks, 2)
    expect(left(first, { kind: 'trial', ms: 1000 })).toBe(1000)
    expect(left(third, { kind: 'trial', ms: 9000 })).toBe(500)
    expect(left(second, { kind: 'trial', ms: 9000 })).toBe(0)
  })
})
