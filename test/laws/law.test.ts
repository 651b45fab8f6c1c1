import fc from 'fast-check'
import { rule } from 'gradus'
import { describe, expect, test } from 'vitest'
import { homogeneous, odd } from '../../laws/claim/claims.ts'
import { histories } from '../../laws/drawn/gradients.ts'
import { type Law, law } from '../../laws/law.ts'
import { Broken, Refuted } from '../../laws/refuted.ts'

const refuted = (one: Law, parameters?: fc.Parameters<unknown>): Refuted => {
  try {
    one.assert(parameters)
  } catch (e) {
    if (e instanceof Refuted) return e
    throw e
  }
  throw new Error(`${one.name} holds`)
}

/** Goes the other way at the third positive gradient of an element in a row. */
const broken = rule({
  name: 'broken',
  slots: { n: 0 },
  step: ({ g, n }) => {
    const run = g.gt(0).select(n.add(1), 0)
    return { n: run, delta: run.eq(3).select(g, g.neg()) }
  },
})
const oddly = odd(broken)[0] as Law

describe('a counterexample', () => {
  test('is the smallest history of gradients, in numbers that one can read', () => {
    for (const seed of [1, 2, 3, 4]) {
      const { counterexample } = refuted(oddly, { seed })
      const { gradients, theta } = counterexample as { gradients: number[][]; theta: number[] }
      expect(gradients).toHaveLength(3)
      expect(theta).toEqual([1, 1, 1])
      expect(gradients.flat().filter((a) => a !== 0)).toHaveLength(3)
      expect(new Set(gradients.flat().map(Math.abs))).toEqual(new Set([0, 1]))
    }
  })

  test('is told with its law, its equation, what came, what was expected, and how to have it again', () => {
    const said = refuted(oddly, { seed: 2 })
    expect(said.message).toBe(`"odd" does not hold: Δ(−gs, −θ) = −Δ(gs, θ)

  gradients     t = 1   [0, 0, -1]
                t = 2   [0, 0, -1]
                t = 3   [0, 0, -1]
  θ             [1, 1, 1]

  Δ at t = 3 came as [0, 0, 1], expected [0, 0, -1]

  Found in run 5, and made simpler 9 times; run it again with assert({ seed: 2, path: '${said.again.path}', endOnFailure: true })`)
    const again = refuted(oddly, { ...said.again, endOnFailure: true })
    expect(again.counterexample).toEqual(said.counterexample)
    expect(again.message).toContain('Found in run 1, and made simpler 0 times')
  })

  test('is made simpler too where it was an edge, which nobody drew', () => {
    const edged = law({
      name: 'edged',
      equation: 'x < 100',
      words: 'Of gradients that are drawn smaller.',
      given: fc.record({ gradients: histories({ n: 2 }) }),
      edges: [
        {
          gradients: [
            [5, 2 ** 40 + 1],
            [-7, 3],
          ],
        },
      ],
      holds: ({ gradients }) => {
        const large = gradients.flat().filter((x) => x >= 2 ** 30)
        if (large.length > 0) throw new Broken('what is large', large, [])
      },
    })
    expect(refuted(edged).counterexample).toEqual({ gradients: [[0, 2 ** 30]] })
  })

  test('tells what an optimizer throws', () => {
    const throwing = law({
      name: 'throwing',
      equation: '1 = 1',
      words: 'It throws.',
      given: fc.record({ n: fc.nat() }),
      holds: () => {
        throw new TypeError('no leaf "a"')
      },
    })
    const { message, cause } = refuted(throwing)
    expect(message).toContain('It throws TypeError: no leaf "a"')
    expect(cause).toBeInstanceOf(TypeError)
  })

  test('is told too where nothing could be tried', () => {
    const picky = law({
      name: 'picky',
      equation: 'n < 0 ⇒ n < 1',
      words: 'Of numbers that are never drawn.',
      given: fc.record({ n: fc.nat() }),
      holds: ({ n }) => fc.pre(n < 0),
    })
    expect(refuted(picky).message).toContain('Nothing that could be tried was drawn')
  })
})

describe('a law', () => {
  test('is asserted with fast-check’s parameters, its edges first', () => {
    const seen: number[] = []
    const counting = law({
      name: 'counted',
      equation: 'n = n',
      words: 'Counts.',
      given: fc.record({ n: fc.integer() }),
      edges: [{ n: 7 }, { n: 8 }],
      holds: ({ n }) => void seen.push(n),
    })
    counting.assert({ numRuns: 5 })
    expect(seen).toHaveLength(5)
    expect(seen.slice(0, 2)).toEqual([7, 8])
  })

  test('is tried 100 times', () => {
    let runs = 0
    const counting = { given: fc.record({ n: fc.nat() }), holds: () => void runs++ }
    law({ name: 'counted', equation: 'n = n', words: 'Counts.', ...counting }).assert()
    expect(runs).toBe(100)
  })

  test('may be broken by what a number came as and what it should have been', () => {
    expect(new Broken('Δ', [0.5, -0], { at: Number.NaN }).message).toBe('Δ came as [0.5, 0], expected { at: NaN }')
  })

  test('of a sound optimizer holds with every seed', () => {
    const sgd = rule({ name: 'sgd', step: ({ g }) => ({ delta: g.neg() }) })
    for (let seed = 0; seed < 20; seed++) for (const one of [...odd(sgd), ...homogeneous(sgd)]) one.assert({ seed })
  })
})
