import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ema, type Hyper, lion, type Optimizer, rule, schedule } from 'gradus'
import { afterAll, describe, expect, test } from 'vitest'
import { type Chance, check, type Trial } from '../../laws/check/check.ts'
import { type Plan, plan, type Wanted } from '../../laws/check/plan.ts'
import { recordOf } from '../../laws/check/record.ts'
import * as report from '../../laws/check/report.ts'
import { CLAIMS, subjectsOf } from '../../laws/check/subject.ts'
import * as claims from '../../laws/claim/claims.ts'
import type { Law } from '../../laws/law.ts'
import type { Refuted } from '../../laws/refuted.ts'
import { type Ended, onSource } from '../ended.ts'

/** 0 / 0 as long as there has been no gradient. */
const quotient = rule({
  name: 'quotient',
  hyper: { b: 0.9 },
  slots: { m: 0, n: 0 },
  step: ({ g, m, n, b }) => {
    const next = { m: ema(b, m, g), n: ema(b, n, g.abs()) }
    return { ...next, delta: next.m.div(next.n).neg() }
  },
})
const make = ({ lr }: { lr: Hyper }): Optimizer => lion({ lr })
const cosine = schedule.cosine({ from: 0.1, over: 90 })
const own = (name: string, holds: boolean): Law => ({
  name,
  equation: '1 = 1',
  words: 'It is.',
  assert: () => {
    if (!holds) throw new Error('it is not')
  },
})

const namesOf = ({ subjects }: Plan, owed = true): readonly string[] =>
  subjects.flatMap(({ duties }) => duties.filter((duty) => duty.owed === owed).map(({ law }) => law.name))

/** Without what every optimizer owes, which is tried elsewhere. */
const few: Wanted = { only: ['odd', 'rest', 'scale-free'] }
const chance: Chance = { seed: 1, runs: 20 }
const triedOf = (planned: Plan, asked: Chance = chance): readonly Trial[] =>
  [...check(planned, asked)].filter(({ outcome }) => outcome)

describe('a module', () => {
  const exports = {
    made: make,
    optimizer: quotient,
    cosine,
    laws: [own('mine', true)],
    again: make,
    claims: [],
    helper: () => 'x',
    strict: ({ size }: { size: number }) => {
      if (!size) throw new TypeError('size is missing\nand more')
      return size
    },
    text: 'x',
    none: undefined,
    empty: [],
  }
  const { subjects, passedOver } = subjectsOf(exports)

  test('exports optimizers, functions that make them, schedules and laws', () => {
    expect(subjects.map(({ name, what }) => [name, what])).toEqual([
      ['made', 'an optimizer, made with { lr: 0.1 }'],
      ['optimizer', 'an optimizer'],
      ['cosine', 'a schedule'],
      ['laws', 'laws'],
    ])
  })

  test('everything else is passed over, and why', () => {
    expect(Object.fromEntries(passedOver.map(({ name, why }) => [name, why]))).toEqual({
      helper: 'called with { lr: 0.1 } it gives no optimizer, called with 1 no number',
      strict: 'called with { lr: 0.1 } it throws size is missing',
      text: '"x" is no optimizer, no schedule, no list of laws',
      none: 'undefined is no optimizer, no schedule, no list of laws',
      empty: 'an array of 0 is no optimizer, no schedule, no list of laws',
    })
  })

  test('of CommonJS its names', () => {
    const whole = { make, cosine }
    const { subjects, passedOver } = subjectsOf({ ...whole, default: whole, 'module.exports': whole })
    expect(subjects.map(({ name }) => name)).toEqual(['make', 'cosine'])
    expect(passedOver).toEqual([])
  })

  test('an optimizer can claim every claim; with a rate those of rates; a schedule those of schedules', () => {
    const claimable = (name: string) =>
      new Set(
        subjects.find((s) => s.name === name)?.duties.flatMap(({ claim }) => (claim === undefined ? [] : [claim])),
      )
    expect(claimable('optimizer')).toEqual(new Set(Object.keys(claims)))
    const rated = ['linearInLr', 'boundedByLr', 'constantGradient']
    expect(claimable('made')).toEqual(new Set([...Object.keys(claims), ...rated]))
    expect(claimable('cosine')).toEqual(new Set(['rate', 'decay']))
    expect(new Set(CLAIMS)).toEqual(new Set([...Object.keys(claims), ...rated, 'rate', 'decay']))
  })

  test('an optimizer owes more when it can be made again', () => {
    expect(namesOf(plan({ make }))).toContain('made again, it is the same')
    expect(namesOf(plan({ quotient }))).not.toContain('made again, it is the same')
  })
})

describe('a plan', () => {
  test('owes what is claimed, of all that can claim it', () => {
    const planned = plan({ make, quotient, cosine, claims: ['odd', 'linearInLr', 'decay'] })
    const owed = planned.subjects.map(({ name, duties }) => [
      name,
      duties.flatMap(({ owed, claim }) => (owed && claim ? [claim] : [])),
    ])
    expect(Object.fromEntries(owed)).toEqual({
      make: ['odd', 'linearInLr'],
      quotient: ['odd'],
      cosine: ['decay', 'decay'],
    })
    expect(namesOf(planned).filter((name) => name === 'a schedule is finite')).toHaveLength(1)
  })

  test('or of one export', () => {
    const planned = plan({ make, quotient, claims: { quotient: ['rest'] } }, { claims: ['odd'] })
    expect(planned.subjects.map(({ duties }) => duties.flatMap((d) => (d.owed && d.claim ? [d.claim] : [])))).toEqual([
      ['odd'],
      ['odd', 'rest'],
    ])
  })

  test('tries, unowed, what can be claimed besides', () => {
    expect(namesOf(plan({ quotient, claims: ['odd'] }), false)).toContain('rest')
    expect(namesOf(plan({ quotient, claims: ['odd'] }), false)).not.toContain('odd')
  })

  test('of some laws is owed, claimed or not; the others are not tried', () => {
    expect(namesOf(plan({ quotient, cosine }, few))).toEqual(['odd', 'rest', 'scale-free'])
    expect(namesOf(plan({ quotient, cosine }, few), false)).toEqual([])
    expect(namesOf(plan({ make, quotient }, { ...few, except: ['odd'], exports: ['quotient'] }))).toEqual([
      'rest',
      'scale-free',
    ])
    expect(namesOf(plan({ quotient }, { except: ['rest'] }), false)).not.toContain('rest')
  })

  const refused: readonly (readonly [exports: Readonly<Record<string, unknown>>, wanted: Wanted, why: RegExp])[] = [
    [{}, {}, /^check: there is nothing to check, expected the module to export an optimizer/],
    [{ text: 'x' }, {}, /\(text: "x" is no optimizer, /],
    [{ make, claims: ['ood'] }, {}, /^check: no claim here is "ood"; did you mean "odd"\?$/],
    [{ make }, { claims: ['Rests'] }, /no claim here is "Rests"; did you mean "rest"\?$/],
    [{ make }, { claims: ['xyz'] }, /no claim here is "xyz", expected one of coordinatewise, /],
    [{ make, claims: { mak: ['odd'] } }, {}, /no export here is "mak"; did you mean "make"\?$/],
    [{ make, claims: 'odd' }, {}, /the export "claims" is "odd", expected \['odd', 'rest'\] or /],
    [{ quotient, claims: ['linearInLr'] }, {}, /nothing here can claim "linearInLr"$/],
    [
      { make, quotient, claims: { quotient: ['linearInLr'] } },
      {},
      /quotient, an optimizer, cannot claim "linearInLr"$/,
    ],
    [{ make }, { exports: ['maek'] }, /no export here is "maek"; did you mean "make"\?$/],
    [{ make }, { only: ['ood'] }, /no law here is "ood"; did you mean "odd"\?$/],
    [{ make }, { except: ['ood'] }, /no law here is "ood"; did you mean "odd"\?$/],
    [{ make, cosine }, { only: ['odd'], exports: ['cosine'] }, /none of the laws asked for is one of the exports/],
  ]
  test.each(refused)('%o with %o is refused', (exports, wanted, why) => {
    expect(() => plan(exports, wanted)).toThrow(why)
  })
})

describe('a check', () => {
  test('tries each law, and tells before that it will', () => {
    const trials = [...check(plan({ quotient }, few), chance)]
    expect(trials.map(({ law, outcome }) => [law.name, outcome?.holds])).toEqual([
      ['odd', undefined],
      ['odd', false],
      ['rest', undefined],
      ['rest', false],
      ['scale-free', undefined],
      ['scale-free', true],
    ])
  })

  test('is the same with the same seed, and a path leads to the counterexample at once', () => {
    const planned = plan({ quotient }, { only: ['rest'] })
    const [first, second] = [triedOf(planned), triedOf(planned)]
    const again = (trials: readonly Trial[]) => (trials[0]?.outcome?.thrown as Refuted | undefined)?.again as Chance
    expect(again(first)).toEqual(again(second))
    const [replayed] = triedOf(planned, again(first))
    expect(replayed?.outcome?.thrown).toMatchObject({ counterexample: { theta: [1, 1, 1], steps: 1 } })
  })

  test('a path is for one law, and for one at which it was tried', () => {
    expect(() => triedOf(plan({ quotient }, few), { seed: 1, path: '0' })).toThrow(
      /--path is given, expected one law of one export beside it/,
    )
    expect(() => triedOf(plan({ quotient }, { only: ['rest'] }), { seed: 1, path: '0:99' })).toThrow(
      /the path "0:99" leads nowhere, expected one at which "rest" did not hold/,
    )
  })

  test('takes laws of anybody’s', () => {
    const trials = triedOf(plan({ laws: [own('good', true), own('bad', false)] }))
    expect(trials.map(({ outcome }) => outcome?.holds)).toEqual([true, false])
    expect(report.holds(trials)).toBe(false)
    const bad = trials[1] as Trial
    expect(report.lineOf(bad, bad.outcome as never, '', (_, text) => text)).toContain('it is not')
  })
})

describe('its report', () => {
  const planned = plan({ quotient, 'it’s': make }, few)
  const trials = triedOf(planned)
  const called = { file: './my optimizer.mjs', seed: 1 }
  const plainly: report.Paint = (_, text) => text
  const line = (trial: Trial) =>
    report.lineOf(
      trial,
      trial.outcome as never,
      report.againOf(trial, trial.outcome as never, planned, called),
      plainly,
    )

  test('tells law and equation, and where it does not hold the counterexample and the command for it', () => {
    const [odd, rest, free] = trials as [Trial, Trial, Trial]
    expect(line(free)).toBe(`  ✓ ${'scale-free'.padEnd(10)}  Δ(c · gs, θ) = Δ(gs, θ)\n`)
    expect(line(rest)).toBe(
      [
        `  ✗ ${'rest'.padEnd(10)}  Δ((0, 0, …), θ) = 0`,
        `    ${rest.law.words}`,
        '',
        '      θ             [1, 1, 1]',
        '      steps         1',
        '',
        '      Δ at t = 1 came as [NaN, NaN, NaN], expected [0, 0, 0]',
        '',
        expect.stringMatching(/^ {6}Found in run 1, and made simpler \d+ times:$/),
        '',
        expect.stringMatching(
          /^ {8}npx gradus check '.\/my optimizer.mjs' --only rest --export quotient --seed 1 --path [\d:]+$/,
        ),
        '',
        '',
      ].reduce((before: unknown, part, i) => {
        const actual = line(rest).split('\n')[i]
        expect(actual).toEqual(part)
        return `${before}${i ? '\n' : ''}${actual}`
      }, ''),
    )
    expect(line(odd)).toContain('gradients     t = 1   [0, 0, 0]\n')
  })

  test('a shell reads the command as it was meant', () => {
    const other = {
      ...(trials[1] as Trial),
      subject: { ...(trials[1] as Trial).subject, name: 'it’s $HOME \'x\' "y"' },
    }
    const command = report.againOf(other, other.outcome as never, planned, called)
    const words = execFileSync('bash', ['-c', `printf '%s\\n' ${command}`], { encoding: 'utf8' }).split('\n')
    expect(words).toContain('it’s $HOME \'x\' "y"')
    expect(words).toContain('./my optimizer.mjs')
  })

  test('ends with a line on all that was owed', () => {
    const broken = trials.filter(({ outcome }) => !outcome?.holds).length
    expect(report.ending(planned, trials, called, plainly)).toBe(`\n${broken} of 6 laws did not hold (seed 1)\n`)
    const sound = trials.filter(({ outcome }) => outcome?.holds)
    expect(report.ending(planned, sound.slice(0, 1), called, plainly)).toBe('\n1 law held (seed 1)\n')
  })

  test('tells of claims that were not made', () => {
    const all = plan({ cosine, claims: ['rate'] })
    const found = triedOf(all)
    const lines = report.unclaimedLines(found[0]?.subject as never, found, all, called, plainly)
    expect(lines).toBe(`\n  not claimed, but seen\n    ${'decay'.padEnd(24)}  ${found.at(-1)?.law.equation}\n`)
    const wave = plan({ wave: (t: number) => Math.cos(t) })
    const tried = triedOf(wave)
    expect(report.unclaimedLines(tried[0]?.subject as never, tried, wave, called, plainly)).toMatch(
      /^\n {2}not claimed, and not so\n {4}rate .*\n {4}decay .*\n {4}why not: npx gradus check '.*' --only 'a rate is never negative' --seed 1 --path [\d:]+\n$/,
    )
  })

  test('as data is JSON', () => {
    const record = JSON.parse(JSON.stringify(recordOf(planned, trials, called)))
    expect(record).toMatchObject({ file: './my optimizer.mjs', seed: 1, holds: false, passedOver: [] })
    expect(record.exports[0].laws[1]).toMatchObject({
      name: 'rest',
      owed: true,
      claim: 'rest',
      holds: false,
      counterexample: { theta: [1, 1, 1], steps: 1 },
      message: expect.stringContaining('came as [NaN, NaN, NaN]'),
      again: expect.stringMatching(/^npx gradus check /),
    })
    expect(record.exports[0].laws[2]).toEqual({
      name: 'scale-free',
      equation: 'Δ(c · gs, θ) = Δ(gs, θ)',
      words: expect.any(String),
      owed: true,
      claim: 'scaleFree',
      holds: true,
    })
  })
})

describe('the command', () => {
  const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))
  const folder = mkdtempSync(join(tmpdir(), 'gradus-check-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  /** In the folder where the modules are. */
  const command = (...args: readonly string[]): Promise<Ended> => onSource(MAIN, args, folder)
  const MAIN = at('../../laws/check/main.ts')

  const modules: Readonly<Record<string, string>> = {
    'sound.mjs': `
      import { ema, rule } from 'gradus'
      export const signed = ({ lr }) => rule({
        name: 'signed', hyper: { lr, b: 0.9 }, slots: { m: 0 },
        step: ({ g, m, lr, b }) => ({ m: ema(b, m, g), delta: ema(b, m, g).sign().mul(lr).neg() }),
      })
      export const claims = ['odd', 'rest', 'linearInLr']`,
    'quotient.mjs': `
      import { ema, rule } from 'gradus'
      export const quotient = rule({
        name: 'quotient', hyper: { b: 0.9 }, slots: { m: 0, n: 0 },
        step: ({ g, m, n, b }) => {
          const next = { m: ema(b, m, g), n: ema(b, n, g.abs()) }
          return { ...next, delta: next.m.div(next.n).neg() }
        },
      })`,
    'counting.mjs': `
      let calls = 0
      export const counting = {
        init: () => ({}),
        update: (state, grad) => {
          calls += 1
          return [state, Object.fromEntries(Object.entries(grad).map(([name, g]) => [name, g.mul(-0.1 / calls)]))]
        },
      }`,
    'schedule.ts': `export const rate = (t: number): number => 0.1 / (1 + t)\nexport const claims: readonly string[] = ['decay']`,
    'torn.mjs': 'export const x = (',
    'throwing.mjs': `\nthrow new TypeError('first\\nsecond')`,
    'late.mjs': `Promise.reject(new RangeError('late'))\nexport const lr = () => 0.1`,
    'nothing.mjs': `export const text = 'x'`,
    'laws.mjs': `
      export const laws = [{ name: 'mine', equation: '1 = 1', words: 'It is.', assert: () => { throw new Error('it is not') } }]
      setInterval(() => {}, 1000)`,
  }
  for (const [name, code] of Object.entries(modules)) writeFileSync(join(folder, name), code)

  test.concurrent('a sound optimizer: 0, and nothing but text', async ({ expect }) => {
    const { code, out, err } = await command('check', './sound.mjs', '--runs', '20')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(
      /^\nsigned, an optimizer, made with \{ lr: 0.1 \}\n(?: {2}✓ .+ {2}.+\n)+\n {2}not claimed, but seen\n/,
    )
    expect(out).toMatch(/\n\n\d+ laws held \(seed \d+\)\n$/)
    expect(out).toMatch(/^[\P{C}\n]*$/u)
  })

  test.concurrent('a broken formula: 1, and a counterexample, which comes again when it is asked for', async ({
    expect,
  }) => {
    const { code, out, err } = await command(
      'check',
      './quotient.mjs',
      '--seed',
      '3',
      '--runs',
      '20',
      '--claims',
      'rest',
    )
    expect({ code, err }).toEqual({ code: 1, err: '' })
    const story = /Δ at t = 1 came as \[NaN, NaN, NaN\], expected \[0, 0, 0\]/
    expect(out).toMatch(story)
    const again = /npx gradus (check \.\/quotient\.mjs --only rest .*)\n/.exec(out)?.[1] as string
    const replayed = await command(...again.split(' '))
    expect(replayed.code).toBe(1)
    expect(replayed.out).toMatch(story)
    expect(replayed.out).toMatch(/\n1 law did not hold \(seed 3\)\n$/)
  })

  test.concurrent('a broken optimizer over tensors: 1, on either back end', async ({ expect }) => {
    for (const backend of ['wasm', 'cpu']) {
      const only = ['--only', 'the same in, the same out', '--runs', '10']
      const { code, out, err } = await command('check', 'counting.mjs', '--backend', backend, ...only)
      expect({ code, err }).toEqual({ code: 1, err: '' })
      expect(out).toContain('✗ the same in, the same out')
      expect(out.includes('--backend cpu')).toBe(backend === 'cpu')
    }
  })

  test.concurrent('a schedule, and JSON', async ({ expect }) => {
    const { code, out, err } = await command('check', './schedule.ts', '--json', '--seed', '1')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const record = JSON.parse(out)
    expect(record).toMatchObject({ file: './schedule.ts', seed: 1, holds: true, passedOver: [] })
    expect(record.exports[0]).toMatchObject({ name: 'rate', what: 'a schedule' })
    expect(record.exports[0].laws.filter(({ owed }: { owed: boolean }) => owed)).toHaveLength(4)
  })

  test.concurrent('laws of one’s own, of a module that would run on', async ({ expect }) => {
    const { code, out } = await command('check', './laws.mjs')
    expect(code).toBe(1)
    expect(out).toContain('it is not')
  })

  test.concurrent('--list tries nothing', async ({ expect }) => {
    const { code, out } = await command('check', './quotient.mjs', '--list', '--claims', 'odd')
    expect(code).toBe(0)
    expect(out).toMatch(/^\nquotient, an optimizer\n.*\n {4}odd +Δ.*\n {2}can be claimed\n {4}coordinatewise +Δ/s)
  })

  test.concurrent('--help tells every option, with examples', async ({ expect }) => {
    const { code, out } = await command('check', '--help')
    expect(code).toBe(0)
    for (const word of [
      '--runs',
      '--seed',
      '--path',
      '--only',
      '--except',
      '--export',
      '--claims',
      '--backend',
      '--json',
    ])
      expect(out).toContain(word)
    expect(out).toContain('npx gradus check ./my-optimizer.mjs')
    expect(out).toContain('coordinatewise, ')
  })

  const misused: readonly (readonly [args: readonly string[], line: RegExp])[] = [
    [['check', './missing.mjs'], /"\.\/missing\.mjs" does not exist, expected a module/],
    [['check', '.'], /"\." is a folder, expected a module/],
    [['check'], /missing required argument 'file'$/],
    [['check', './torn.mjs'], /"\.\/torn\.mjs" cannot be imported: \w*Error: /],
    [['check', './throwing.mjs'], /cannot be imported: TypeError: first \(throwing\.mjs:2\)$/],
    [['check', './late.mjs'], /the module throws RangeError: late \(late\.mjs:1\)$/],
    [['check', './nothing.mjs'], /there is nothing to check, expected .* \(text: "x" is no optimizer/],
    [['check', './sound.mjs', '--claims', 'ood'], /no claim here is "ood"; did you mean "odd"\?$/],
    [['check', './sound.mjs', '--runs', '0'], /'0' is invalid\. Expected a whole number from 1\.$/],
    [['check', './sound.mjs', '--onyl', 'rest'], /unknown option '--onyl' \(Did you mean --only\?\)$/],
  ]
  test.concurrent.for(misused)('%o is misuse: 2, and one line', async ([args, line], { expect }) => {
    const { code, out, err } = await command(...args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(/^gradus check: [^\n]+\n$/)
    expect(err.trimEnd()).toMatch(line)
  })
})
