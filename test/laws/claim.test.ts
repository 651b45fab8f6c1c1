import * as gradus from 'gradus'
import {
  chain,
  debias,
  type Expr,
  ema,
  type Optimizer,
  perTensor,
  perTree,
  rule,
  scaleByPath,
  sgd,
  sumOver,
} from 'gradus'
import { describe, expect, test } from 'vitest'
import { sampleOf } from '../../docs/optimizers/catalogue.ts'
import type { Make } from '../../laws/claim.ts'
import { type Claimed, claimed } from '../../laws/claimed.ts'
import { type ClaimName, claims } from '../../laws/claims.ts'
import { type Signature, signatureOf } from '../../src/built.ts'

const NAMES = Object.keys(claims) as readonly ClaimName[]
const zero = (options: readonly string[]): object => Object.fromEntries(options.map((name) => [name, 0]))

const lawOf = (claim: ClaimName, { at }: Claimed, zeros: readonly string[]) =>
  claims[claim].law((rate) => at({ ...zero(zeros), ...rate }))

/** Among so many runs there is one for which it does not hold. */
const refute = (claim: ClaimName, optimizer: Claimed, zeros: readonly string[]): void => {
  const refuted = lawOf(claim, optimizer, zeros)
  expect(() => refuted.assert({ seed: 1, numRuns: 2000, endOnFailure: true }), `zeros: ${zeros}`).toThrow(
    /Counterexample/,
  )
}

const asked = (claim: ClaimName, { rated, steps }: Claimed): boolean =>
  ({ all: true, steps, rate: rated })[claims[claim].of]

describe.each(Object.entries(claimed))('%s', (_, optimizer) => {
  for (const claim of NAMES.filter((name) => asked(name, optimizer))) {
    const needs = optimizer.claims[claim]
    const { name } = claims[claim]
    if (needs) {
      test(`${name}: it does`, () => lawOf(claim, optimizer, needs).assert())
      for (const one of needs)
        test(`${name}: not where ${one} is above 0`, () =>
          refute(
            claim,
            optimizer,
            needs.filter((other) => other !== one),
          ))
    } else if (!(claim === 'tensor' && optimizer.claims.element)) {
      test(`${name}: it does not`, () => refute(claim, optimizer, optimizer.zeros))
    }
  }

  test('claims nothing that cannot be asked of it, and nothing that does not exist', () => {
    for (const claim of Object.keys(optimizer.claims) as ClaimName[]) {
      expect(NAMES).toContain(claim)
      expect(asked(claim, optimizer)).toBe(true)
    }
    expect(optimizer.claims.element && optimizer.claims.tensor).toBeUndefined()
  })
})

describe('the table', () => {
  const signed = Object.entries(gradus).flatMap(([name, make]): [string, Signature, Optimizer][] => {
    const signature = typeof make === 'function' ? signatureOf(make) : undefined
    const args = signature && sampleOf(signature)
    return args ? [[name, signature, (make as (...args: readonly unknown[]) => Optimizer)(...args)]] : []
  })
  const rules = signed.filter(([, , optimizer]) => optimizer.rule)

  test('has every formula that the front door exports, but those whose formula is where the gradient is taken', () => {
    const others = ['sam', 'adaptiveSam']
    expect(Object.keys(claimed).sort()).toEqual(
      rules
        .map(([name]) => name)
        .filter((n) => !others.includes(n))
        .sort(),
    )
    for (const name of others) expect(gradus).toHaveProperty(name)
  })

  test.each(rules.filter(([name]) => claimed[name]))(
    '%s is asked without its eps and without decay',
    (name, signature) => {
      const options = signature.parameters.flatMap((p) => (typeof p === 'object' ? Object.keys(p) : []))
      const off = options.filter((option) => ['eps', 'epsRoot', 'weightDecay'].includes(option))
      // Without eps Adadelta does not move: all laws of what does not move would be its own.
      expect(claimed[name]?.zeros).toEqual(expect.arrayContaining(name === 'adadelta' ? [] : off))
      expect(claimed[name]?.rated).toBe(options.includes('lr') || name === 'scaleByLr')
    },
  )
})

type Symbols = Readonly<Record<'g' | 'theta' | 't' | 'lr' | 'b1' | 'b2' | 'm' | 'v', Expr>>
type Slot = number | 'theta' | gradus.Slot

/** An optimizer whose state is m, or m and v, if any; lr is 0.5 unless told. */
const made =
  (step: (symbols: Symbols) => object, slots: { readonly m?: Slot; readonly v?: Slot } = {}): Make =>
  ({ lr } = { lr: 0.5 }) =>
    rule({
      name: 'near miss',
      hyper: { lr, b1: 0.5, b2: 0.9 },
      slots: slots as { m: 0; v: 0 },
      step: (symbols) => step(symbols) as Record<'m' | 'v' | 'delta', Expr>,
    })
/** Without a state: −lr times this. */
const along = (direction: (symbols: Symbols) => Expr): Make =>
  made((symbols) => ({ delta: direction(symbols).mul(symbols.lr).neg() }))
const PAIR = { m: 0, v: 0 }
/** Adam without eps, its moments freed of their 0s like this. */
const adam = (freed: (symbols: Symbols) => Expr): Make =>
  made(({ g, lr, b1, b2, ...symbols }) => {
    const moments = { m: ema(b1, symbols.m, g), v: ema(b2, symbols.v, g.square()) }
    return {
      ...moments,
      delta: freed({ g, lr, b1, b2, ...symbols, ...moments })
        .mul(lr)
        .neg(),
    }
  }, PAIR)
const root = (over: 'tensor' | 'tree', x: Expr) => sumOver(over, x.square()).add(1).sqrt()

const momentum = made(({ g, m, lr }) => ({ m: m.mul(0.9).add(g), delta: m.mul(0.9).add(g).mul(lr).neg() }), { m: 0 })
const decay = along(({ g, theta }) => g.add(theta.mul(0.01)))
const byName: Make = ({ lr } = { lr: 0.5 }) => chain(scaleByPath({ b: 2 }), sgd({ lr }))
const overall = along(({ g }) => g.div(root('tree', g)))
const textbook = adam(({ m, v, b1, b2, t }) => debias(b1, m, t).div(debias(b2, v, t).sqrt()))

/** Near misses of each claim. */
const NEAR: Readonly<Record<ClaimName, Readonly<Record<string, Make>>>> = {
  element: {
    'takes the mean of its tensor away': along(({ g }) => g.sub(sumOver('tensor', g).div(sumOver('tensor', 1)))),
    'has one second moment a tensor': made(
      ({ g, v, lr }) => {
        const next = v.add(sumOver('tensor', g.square()))
        return { v: next, delta: g.div(next.add(1).sqrt()).mul(lr).neg() }
      },
      { v: perTensor(0) },
    ),
    'is clipped by the norm of all': overall,
    'has another rate for another name': byName,
  },
  tensor: {
    'is clipped by the norm of all': overall,
    'has another rate for another name': byName,
    'has one number for all': made(
      ({ g, v, lr }) => ({ v: v.add(sumOver('tree', g)), delta: g.add(v.mul(1e-6)).mul(lr).neg() }),
      { v: perTree(0) },
    ),
  },
  odd: {
    'forgets the sign': along(({ g }) => g.abs()),
    'is clipped at −1 and 2': along(({ g }) => g.max(-1).min(2)),
    'decays towards 1': along(({ g, theta }) => g.add(theta.sub(1).mul(0.01))),
    'takes sign(0) for 1': along(({ g }) => g.ge(0).select(1, -1)),
  },
  shift: {
    decays: decay,
    'steps in proportion to θ': along(({ g, theta }) => g.mul(theta.abs().add(1))),
    'measures its distance from 0 and not from where it started': made(
      ({ g, theta, m, lr }) => ({ m, delta: g.mul(theta.sub(m).abs().add(1)).mul(lr).neg() }),
      { m: 0 },
    ),
  },
  rest: {
    decays: decay,
    'has an average that starts above 0': made(
      ({ g, m, lr }) => ({ m: ema(lr.mul(0).add(0.9), m, g), delta: m.mul(lr).neg() }),
      { m: 1e-6 },
    ),
    'has eps above the bar': along(({ g }) => g.add(1e-3).div(g.abs().add(1e-3))),
    'divides 0 by 0': along(({ g }) => g.div(g.abs())),
  },
  scaleFree: {
    'has an eps': along(({ g }) => g.div(g.abs().add(1e-8))),
    'has a second moment that starts above 0': made(
      ({ g, v, lr }) => ({ v: v.add(g.square()), delta: g.div(v.add(g.square()).sqrt()).mul(lr).neg() }),
      { v: 0.1 },
    ),
    'has lost its root': adam(({ m, v }) => m.div(v)),
    'is clipped before it is divided': along(({ g }) => g.max(-1).min(1).div(g.abs())),
    'adds a decay to its gradient': along(({ g, theta }) => {
      const all = g.add(theta.mul(0.01))
      return all.div(all.abs())
    }),
  },
  homogeneous: {
    decays: decay,
    'is clipped': along(({ g }) => g.max(-2).min(2)),
    squares: along(({ g }) => g.mul(g.abs())),
    'has a threshold': along(({ g }) => g.abs().gt(1e-2).select(g, 0)),
  },
  down: {
    'has a momentum': momentum,
    'has lost its sign': along(({ g }) => g.neg()),
    'takes the last step back': made(({ g, m, lr }) => ({ m: g, delta: m.sub(g.mul(2)).mul(lr) }), { m: 0 }),
    decays: decay,
  },
  linear: {
    'has lr inside its buffer': made(
      ({ g, m, lr }) => ({ m: m.mul(0.9).sub(g.mul(lr)), delta: m.mul(0.9).sub(g.mul(lr)) }),
      { m: 0 },
    ),
    'has lr twice': along(({ g, lr }) => g.mul(lr)),
    'decays without lr': made(({ g, theta, lr }) => ({ delta: g.mul(lr).add(theta.mul(0.01)).neg() })),
    'divides by 1 + lr': along(({ g, lr }) => g.div(lr.add(1))),
  },
  bound: {
    'sums up signs': made(
      ({ g, m, lr }) => ({ m: m.mul(0.9).add(g.sign()), delta: m.mul(0.9).add(g.sign()).mul(lr).neg() }),
      { m: 0 },
    ),
    'is Adam, of which it is often said': textbook,
    'is RMSprop': adam(({ g, v }) => g.div(v.add(1e-8).sqrt())),
    decays: along(({ g, theta }) => g.sign().add(theta.mul(0.01))),
  },
  constant: {
    'is Adam, not freed of its 0s': adam(({ m, v }) => m.div(v.sqrt())),
    'frees m alone': adam(({ m, v, b1, t }) => debias(b1, m, t).div(v.sqrt())),
    'frees of 0s as after the next update': adam(({ m, v, b1, b2, t }) =>
      debias(b1, m, t.add(1)).div(debias(b2, v, t.add(1)).sqrt()),
    ),
    'has swapped b1 and b2': adam(({ m, v, b1, b2, t }) => debias(b2, m, t).div(debias(b1, v, t).sqrt())),
    'frees a root of its 0s': adam(({ m, v, b1, b2, t }) => debias(b1, m, t).div(debias(b2, v.sqrt(), t))),
    'has an eps': adam(({ m, v, b1, b2, t }) => debias(b1, m, t).div(debias(b2, v, t).sqrt().add(1e-4))),
  },
}

describe.each(Object.entries(NEAR))('%s', (claim, list) => {
  test.each(Object.entries(list))('is not claimed rightly by what %s', (_, make) => {
    const law = claims[claim as ClaimName].law(make)
    for (const seed of [1, 2]) expect(() => law.assert({ seed })).toThrow(/Counterexample/)
  })
})

test('a counterexample is small, and says what came and what was expected', () => {
  expect(() => claims.homogeneous.law(NEAR.homogeneous['is clipped'] as Make).assert({ seed: 1 })).toThrow(
    /step 1 is \[.*\], not \[.*\]/,
  )
})

test('what is right is not refuted: Adam without eps', () => {
  for (const claim of ['scaleFree', 'constant'] as const) claims[claim].law(textbook).assert()
})
