import { readFileSync } from 'node:fs'
import type { Either } from 'fp-ts/lib/Either.js'
import * as gradus from 'gradus'
import { adam, adamw, chain, clipByGlobalNorm, identity, type Optimizer, schedule as s, sgd, show } from 'gradus'
import * as presets from 'gradus/presets'
import { optax, torch } from 'gradus/presets'
import { describe, expect, test } from 'vitest'
import { signatureOf } from '../../src/built.ts'
import { decodeOptimizer, decodeSchedule, encodeOptimizer, encodeSchedule, type Json } from '../../src/config/index.ts'
import type { Failure } from '../../src/failure.ts'
import { optimizers } from '../optimizers.ts'
import { combined, decays, others } from '../schedules.ts'
import { names } from './arbitrary.ts'
import { deedsOf, valuesOf } from './same.ts'

const right = <A>(either: Either<Failure, A>): A => {
  if (either._tag === 'Right') return either.right
  throw new Error(show(either.left))
}
const complaint = (either: Either<Failure, unknown>): string => {
  if (either._tag === 'Left') return show(either.left)
  throw new Error('it is a Right')
}

const config = {
  chain: [
    { clipByGlobalNorm: 1 },
    { adamw: { lr: { warmup: [500, { cosine: { from: 3e-4, over: 10000 } }] }, weightDecay: 0.1 } },
  ],
}

describe('an optimizer as JSON', () => {
  test('is what one would write', () => {
    const lr = s.warmup(500)(s.cosine({ from: 3e-4, over: 10000 }))
    const written = chain(clipByGlobalNorm(1), adamw({ lr, weightDecay: 0.1 }))
    expect(right(encodeOptimizer(written))).toEqual(config)
    expect(right(encodeOptimizer(right(decodeOptimizer(config))))).toEqual(config)
    expect(deedsOf(right(decodeOptimizer(config)))).toEqual(deedsOf(written))
  })

  test.each<[string, Optimizer, Json]>([
    ['options left out', adam(), { adam: {} }],
    ['options that are undefined', adam({ lr: undefined, b1: 0.8 }), { adam: { b1: 0.8 } }],
    ['the chain of nothing', identity, { chain: [] }],
    ['a chain of chains', chain(chain(sgd({ lr: 1 }))), { chain: [{ chain: [{ sgd: { lr: 1 } }] }] }],
    ['patterns', adamw({ where: ['**', '!**.bias'] }), { adamw: { where: ['**', '!**.bias'] } }],
    ['a constant schedule', sgd({ lr: s.constant(0.1) }), { sgd: { lr: { constant: 0.1 } } }],
    ['a preset', torch.adam({ lr: 0.1, amsgrad: true }), { 'torch.adam': { lr: 0.1, amsgrad: true } }],
    [
      "a preset's schedule",
      optax.adam({ learningRate: optax.linearSchedule({ initValue: 1, endValue: 0, transitionSteps: 9 }) }),
      { 'optax.adam': { learningRate: { 'optax.linearSchedule': { initValue: 1, endValue: 0, transitionSteps: 9 } } } },
    ],
  ])('has %s', (_, optimizer, json) => {
    expect(right(encodeOptimizer(optimizer))).toEqual(json)
    expect(deedsOf(right(decodeOptimizer(json)))).toEqual(deedsOf(optimizer))
  })

  test('has what is ready by its name', () => {
    expect(right(decodeOptimizer({ identity: {} }))).toBe(identity)
  })

  test('is for every exported constructor', () => {
    const signed = (exported: object): readonly string[] =>
      Object.values(exported).flatMap((value) => {
        if (typeof value === 'function') return signatureOf(value)?.name ?? []
        return Object.prototype.toString.call(value) === '[object Module]' ? signed(value as object) : []
      })
    const exported = [...signed(gradus), ...signed(presets)]
    expect(exported.length).toBeGreaterThan(100)
    expect(new Set(exported).size).toBe(exported.length)
    expect([...names('optimizer')].sort()).toEqual([...exported, 'identity'].sort())
  })
})

/** Their paths say which option holds a function of the tables' own. */
const OWN = /^config: (\S+ is (function \w+|a schedule of one's own)|the whole is an optimizer of one's own), expected/

describe('of the built-ins', () => {
  test.each(Object.entries(optimizers))('%s comes back as it was, or says what is its own', (name, optimizer) => {
    const encoded = encodeOptimizer(optimizer)
    if (encoded._tag === 'Left') {
      expect(show(encoded.left)).toMatch(OWN)
      expect(name === 'everyWord').toBe(encoded.left.path === '')
    } else
      expect(deedsOf(right(decodeOptimizer(JSON.parse(JSON.stringify(encoded.right)))))).toEqual(deedsOf(optimizer))
  })

  test.each(Object.entries({ ...decays, ...others, ...combined }))(
    'schedule.%s comes back as it was',
    (name, schedule) => {
      if (name === 'map') return
      const json = right(encodeSchedule(schedule))
      expect(valuesOf(right(decodeSchedule(JSON.parse(JSON.stringify(json)))))).toEqual(valuesOf(schedule))
    },
  )
})

describe('a schedule as JSON', () => {
  test.each<[s.Schedule, Json]>([
    [s.constant(0.1), 0.1],
    [s.warmup(5, { from: 0.1 })(s.constant(1)), { warmup: [5, { from: 0.1 }, { constant: 1 }] }],
    [s.warmup(5)(1), { warmup: [5, 1] }],
    [s.linearScaling({ batch: 512 })(1), { linearScaling: [{ batch: 512 }, 1] }],
    [s.clamp(0, 1)(s.inverse({ from: 2 })), { clamp: [0, 1, { inverse: { from: 2 } }] }],
    [s.chain([3, 0.1], [4, s.inverse({ from: 2 })], 0.2), { chain: [[3, 0.1], [4, { inverse: { from: 2 } }], 0.2] }],
    [s.add(0.1)(0.2), { add: [0.1, 0.2] }],
    [s.zeroBased(0.2), { zeroBased: 0.2 }],
    [torch.sequentialLR([0.1, 0.2], [5]), { 'torch.sequentialLR': [[0.1, 0.2], [5]] }],
    [
      torch.cyclicLR({ baseLr: 0, maxLr: 1, stepSizeDown: null }),
      { 'torch.cyclicLR': { baseLr: 0, maxLr: 1, stepSizeDown: null } },
    ],
  ])('is %#', (schedule, json) => {
    expect(right(encodeSchedule(schedule))).toEqual(json)
    expect(valuesOf(right(decodeSchedule(json)))).toEqual(valuesOf(schedule))
  })

  test('may be a number', () => {
    expect(right(decodeSchedule(0.1))(7)).toBe(0.1)
  })

  test('is for every export', () => {
    const not = ['show', 'sparkline', 'MonoidMax', 'MonoidMin', 'MonoidProduct', 'MonoidSum']
    const ours = Object.keys(s).filter((name) => !not.includes(name))
    expect(
      names('schedule')
        .filter((name) => !name.includes('.'))
        .sort(),
    ).toEqual(ours.sort())
    // Presets have options of their own in each function, so a name too many or too few is an error of types.
    expect(names('schedule')).toEqual(
      expect.arrayContaining(['torch.stepLR', 'keras.tf1.cosineDecay', 'optax.sgdrSchedule']),
    )
  })
})

test('docs/config.md shows what decodes', () => {
  const page = readFileSync(new URL('../../docs/config.md', import.meta.url), 'utf8')
  const shown = [...page.matchAll(/ \| `(\{.*\})` \|$/gm)].map(([, json = '']) => JSON.parse(json) as Json)
  expect(shown.length).toBeGreaterThan(6)
  for (const json of shown)
    expect([decodeOptimizer(json)._tag, decodeSchedule(json)._tag], JSON.stringify(json)).toContain('Right')
})

describe('what is wrong is told with its path', () => {
  const adamwAt = (lr: unknown) => ({ chain: [{ clip: 1 }, { adamw: { lr } }] })
  test.each<[unknown, string]>([
    [
      adamwAt({ warmup: [500, { cosine: { form: 3e-4, over: 10000 } }] }),
      'chain[1].adamw.lr.warmup[1].cosine.form is an unknown option, expected from, to, over, exponent; did you mean "from"?',
    ],
    [adamwAt('big'), 'chain[1].adamw.lr is "big", expected a number or a schedule'],
    [
      adamwAt({ cosin: {} }),
      'chain[1].adamw.lr.cosin is an unknown name, expected that of a schedule; did you mean "cosine"?',
    ],
    [adamwAt({ cosine: { from: 1 } }), 'chain[1].adamw.lr.cosine.over is missing, expected a number'],
    [adamwAt({ cosine: { from: 1, over: 0 } }), 'chain[1].adamw.lr.cosine.over is 0, expected 0 < over < ∞'],
    [adamwAt({ cosine: 1 }), 'chain[1].adamw.lr.cosine is 1, expected an object of from, to, over, exponent'],
    [adamwAt({ warmup: 5 }), 'chain[1].adamw.lr.warmup is 5, expected an array: a number, a number or a schedule'],
    [adamwAt({ warmup: [5] }), 'chain[1].adamw.lr.warmup[1] is missing, expected a number or a schedule'],
    [adamwAt({ ramp: [5, 1, 1] }), 'chain[1].adamw.lr.ramp is an array of 3, expected at most 2 arguments'],
    [adamwAt({ chain: [[5, 1, 1], 1] }), 'chain[1].adamw.lr.chain[0] is an array of 3, expected [duration, schedule]'],
    [adamwAt({ map: [1, 1] }), 'chain[1].adamw.lr.map[0] is 1, expected nothing: a function is no JSON'],
    [
      adamwAt({ warmup: [5, { shape: 'sinus' }, 1] }),
      'chain[1].adamw.lr.warmup[1].shape is "sinus", expected one of "linear", "cosine", "sqrt", "exponential", "constant"',
    ],
    [
      adamwAt({ 'torch.chainedScheduler': [0.1] }),
      'chain[1].adamw.lr.torch.chainedScheduler: schedulers[0] is 0.1, expected a schedule that a scheduler of torch made',
    ],
    [
      { chain: [{ admaw: {} }] },
      'chain[0].admaw is an unknown name, expected that of an optimizer; did you mean "adamw"?',
    ],
    [{ 'torhc.adam': {} }, 'torhc.adam is an unknown name, expected that of an optimizer; did you mean "torch.adam"?'],
    [{ AdamW: {} }, 'AdamW is an unknown name, expected that of an optimizer; did you mean "adamw"?'],
    [{ 'no such\nthing': {} }, '["no such\\nthing"] is an unknown name, expected that of an optimizer'],
    [{ adamw: { b1: 1 } }, 'adamw.b1 is 1, expected 0 ≤ b1 < 1'],
    [{ adam: { lr: null } }, 'adam.lr is null, expected a number or a schedule'],
    [{ adamw: { where: 3 } }, 'adamw.where is 3, expected a pattern of paths, or a list of such'],
    [{ clip: -1 }, 'clip: limit is -1, expected 0 < limit < ∞'],
    [{ sgd: {} }, 'sgd.lr is missing, expected a number or a schedule'],
    [{ sgd: [{ lr: 1 }] }, 'sgd is an array of 1, expected an object of lr'],
    [{ reduceOnPlateau: { rtol: 0 } }, 'reduceOnPlateau: rtol and atol are 0, expected one of them above 0'],
    [{ chain: {} }, 'chain is an object with 0 keys, expected an array of its arguments'],
    [{ adam: {}, sgd: {} }, 'the whole is an object with 2 keys, expected an optimizer: one name, and its arguments'],
    [{ chain: ['adam'] }, 'chain[0] is "adam", expected an optimizer: one name, and its arguments'],
    ['adam', 'the whole is "adam", expected an optimizer: one name, and its arguments'],
    [null, 'the whole is null, expected an optimizer: one name, and its arguments'],
    [new Map(), 'the whole is a Map, expected an optimizer: one name, and its arguments'],
    [
      JSON.parse('{ "adam": { "__proto__": { "polluted": true } } }'),
      'adam.__proto__ is an unknown option, expected lr, b1, b2, eps',
    ],
  ])('%j', (json, line) => {
    expect(complaint(decodeOptimizer(json))).toBe(`config: ${line}`)
  })

  test('however deep', () => {
    let json: Json = { sgd: { lr: 0.1 } }
    for (let i = 0; i < 126; i += 1) json = { chain: [json] }
    expect(right(encodeOptimizer(right(decodeOptimizer(json))))).toEqual(json)
    expect(complaint(encodeOptimizer(chain(right(decodeOptimizer(json)))))).toMatch(/deeper than 256 levels/)
    for (let i = 0; i < 100_000; i += 1) json = { chain: [json] }
    expect(complaint(decodeOptimizer(json))).toMatch(/\[0\] is nested too deep, expected at most 256 levels$/)
    let schedule = s.constant(1)
    for (let i = 0; i < 20_000; i += 1) schedule = s.scale(1)(schedule)
    expect(complaint(encodeSchedule(schedule))).toMatch(/ is nested deeper than 256 levels/)
  })
})

describe('what cannot be written down is told with its path', () => {
  const own = (t: number) => 1 / t
  const rule = gradus.rule({ name: 'own', step: ({ g }) => ({ delta: g.neg() }) })
  test.each<[Either<Failure, Json>, string]>([
    [encodeOptimizer(chain(sgd({ lr: 1 }), adamw({ where: () => true }))), 'chain[1].adamw.where is function where'],
    [encodeOptimizer(chain(sgd({ lr: own }))), "chain[0].sgd.lr is a schedule of one's own"],
    [encodeOptimizer(sgd({ lr: s.warmup(5)(own) })), "sgd.lr.warmup[1] is a schedule of one's own"],
    [encodeOptimizer(chain(rule)), "chain[0] is an optimizer of one's own"],
    [encodeOptimizer(rule), "the whole is an optimizer of one's own"],
    [encodeSchedule(s.map(Math.sqrt)(1)), 'map[0] is function sqrt'],
    [encodeSchedule(s.MonoidMin.empty), "the whole is a schedule of one's own"],
  ])('%#', (encoded, line) => {
    expect(complaint(encoded)).toBe(`config: ${line}, expected what can be written down as data`)
  })
})
