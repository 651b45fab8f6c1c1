import { adam, chain, clip, hyperAt, mechanize, scheduleFreeSgd, sgd, simulate } from 'gradus'
import { describe, expect, test } from 'vitest'
import { gaussian } from '../random.ts'

const START = [0.5, -2, 3]
const next = gaussian(5)
const gradients = Array.from({ length: 30 }, () => START.map(() => next() * 10 ** next()))

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * (b[i] as number), 0)
const norm = (a: readonly number[]) => Math.sqrt(dot(a, a))

/** The algorithm around SGD, as one writes it where there are vectors and assignment. */
const imperative = (lr: number, lambda: number, eps: number, sInit: number, n: number) => {
  const betas = Array.from({ length: n }, (_, i) => 1 - 10 ** -(i + 1))
  const [m, v, r, s] = [0, 0, 0, 0].map(() => new Array<number>(n).fill(0)) as [number[], number[], number[], number[]]
  let theta = START
  let D = START.map(() => 0)
  return gradients.map((g) => {
    const S = s.reduce((a, b) => a + b)
    const decay = (lambda * S * norm(g)) / (norm(theta) + eps)
    const h = dot(
      D,
      g.map((x, i) => x + decay * (theta[i] as number)),
    )
    for (const [i, beta] of betas.entries()) {
      m[i] = Math.max(beta * (m[i] as number), Math.abs(h))
      v[i] = beta ** 2 * (v[i] as number) + h ** 2
      r[i] = Math.max(beta * (r[i] as number) - (s[i] as number) * h, 0)
      s[i] = ((sInit / n) * m[i] + r[i]) / (Math.sqrt(v[i]) + eps)
    }
    D = D.map((d, i) => d - lr * (g[i] as number))
    theta = START.map((x, i) => x + s.reduce((a, b) => a + b) * (D[i] as number))
    return theta
  })
}

describe('mechanize', () => {
  test.each([1, 3, 6])('is the algorithm around SGD, with %i betas', (numBetas) => {
    const optimizer = mechanize(sgd({ lr: 0.1 }), { sInit: 0.01, weightDecay: 0.1, numBetas })
    const source = gradients.map((g) => Float64Array.from(g))
    const expected = imperative(0.1, 0.1, 1e-8, 0.01, numBetas)
    for (const { t, params } of simulate(optimizer, Float64Array.from(START), source))
      for (const [i, x] of params.entries()) expect(x).toBeCloseTo(expected[t - 1]?.[i] as number, 9)
  })

  test('has the pair of its own state and that of the inner optimizer, of a chain too', () => {
    const optimizer = mechanize(chain(clip(1), adam({ lr: 1 })), { numBetas: 1 })
    const state = optimizer.init(Float64Array.of(1) as never)
    const zero = Float64Array.of(0)
    const own = { D: zero, m1: 0, v1: 0, r1: 0, s1: 0 }
    expect(Object.keys(state[0])).toEqual(Object.keys(own))
    expect(state[1]).toEqual([{}, { m: zero, v: zero }])
    expect(hyperAt(optimizer, 1)).toMatchObject({ '0.mechanize.weightDecay': 0.01, '1.1.adam.lr': 1, limit: 1 })
  })

  test('refuses what is no formula or is not all at θ, and bad numbers', () => {
    const opaque = { init: () => ({}), update: <P>(_: unknown, g: P) => [{}, g] as const }
    expect(() => mechanize(opaque)).toThrow('mechanize: the optimizer has no rule, expected one that is a formula')
    expect(() => mechanize(scheduleFreeSgd())).toThrow('mechanize: the optimizer has a readout')
    expect(() => mechanize(sgd({ lr: 1 }), { numBetas: 0 })).toThrow('mechanize: numBetas is 0')
    expect(() => mechanize(sgd({ lr: 1 }), { sInit: 0 })).toThrow('mechanize: sInit is 0, expected 0 < sInit < ∞')
    expect(() => mechanize(sgd({ lr: 1 }), { eps: -1 })).toThrow('mechanize: eps is -1')
  })
})
