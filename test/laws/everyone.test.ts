import * as tf from '@tensorflow/tfjs'
import {
  adam,
  addNoise,
  chain,
  clipByGlobalNorm,
  rule as make,
  muon,
  type Optimizer,
  sgd,
  soap,
  type Tensors,
  tree,
} from 'gradus'
import { describe, expect, test } from 'vitest'
import { optimizer } from '../../laws/everyone/optimizer.ts'
import { rule } from '../../laws/everyone/rule.ts'
import { Refuted } from '../../laws/refuted.ts'
import { backend, often, useBackend } from '../backends.ts'
import { optimizers, tensorwise } from '../optimizers.ts'
import { exceptions } from './exceptions.ts'
import { sound } from './mutants/everyone.ts'

/** Before anything is asked: who is no formula is compared with another back end, if there is one. */
await useBackend()

const all: Readonly<Record<string, Optimizer>> = { ...optimizers, ...tensorwise }

const refuted = (list: ReturnType<typeof optimizer>, name: string): Refuted => {
  try {
    list.find((law) => law.name === name)?.assert({ seed: 1 })
  } catch (thrown) {
    if (thrown instanceof Refuted) return thrown
    throw thrown
  }
  throw new Error(`"${name}" holds`)
}

describe.each(Object.entries(all))('%s', (key, one) => {
  for (const law of optimizer(one)) {
    if (!exceptions[key]?.includes(law.name)) test(law.name, () => law.assert(often))
    else test(`not: ${law.name}`, () => expect(() => law.assert()).toThrow(Refuted))
  }
})

describe('made anew each time,', () => {
  const makers: Readonly<Record<string, () => Optimizer>> = {
    ...sound,
    adam: () => adam(),
    'clipped muon': () => chain(clipByGlobalNorm(1), muon()),
    noise: () => chain(addNoise({ seed: 3 }), sgd({ lr: 0.1 })),
  }
  test.each(Object.entries(makers))('%s is the same', (_, make) => {
    const laws = optimizer(make)
    expect(laws.map(({ name }) => name)).toContain('made again, it is the same')
    for (const law of laws)
      if (law.name !== 'the order of leaves does not matter') law.assert({ numRuns: Math.min(30, often.numRuns) })
  })
})

describe('the list', () => {
  const namesOf = (laws: readonly { readonly name: string }[]) => laws.map(({ name }) => name)

  test('of a formula has what needs no tensors, and no law twice', () => {
    const [ofRule, ofOptimizer] = [namesOf(rule(adam())), namesOf(optimizer(adam()))]
    expect(ofOptimizer).toEqual(expect.arrayContaining(ofRule))
    expect(ofRule).not.toContain('no tensor is left behind')
    expect(new Set(ofOptimizer).size).toBe(ofOptimizer.length)
  })

  test('of what is no formula cannot be asked for as a rule', () => {
    expect(() => rule(muon())).toThrow('laws.rule: the optimizer has no rule, expected one that is a formula')
  })

  test('has the comparison of back ends where there are two', async () => {
    expect(namesOf(optimizer(muon()))).toContain('back ends agree')
    await tf.setBackend('cpu')
    expect(namesOf(optimizer(muon()))).not.toContain('back ends agree')
    await useBackend()
  })
})

describe('a broken optimizer', () => {
  type Update = (state: Tensors, grad: Tensors, t: number) => readonly [Tensors, Tensors]
  const plain = (update: Update): Optimizer => ({ init: () => ({}), update }) as unknown as Optimizer
  const down = (g: Tensors, lr: number) => tree.map((x: tf.Tensor): tf.Tensor => x.mul(-lr), g)

  test('is shown the smallest history and the step', () => {
    const pole = make({
      name: 'pole',
      slots: { n: 0 },
      step: ({ g, n }) => ({ n: n.add(1), delta: g.div(n.sub(2)) }),
    })
    expect(refuted(optimizer(pole), 'finite in, finite out').message).toMatch(
      /^"finite in, finite out" does not hold: .*\n\n {2}gradients +t = 1 +\[0, 0, 0, 0, 0, 0, 0, 0\]\n +t = 2 .*\n +t = 3 +\[0, 0, 0, 0, 0, 0, 0, 0\]\n.*\n\n {2}Δ at t = 3 came as \[NaN, /,
    )
  })

  test.each(['the same in, the same out', 'shapes and types are kept', 'back ends agree'])(
    'that throws is told what it throws: %s',
    (name) => {
      const typo = plain((s, g, t) => [s, down(t < 2 ? g : (undefined as unknown as Tensors), 0.1)])
      const told = refuted(optimizer(typo), name).message
      expect(told).toMatch(/t = 2/)
      expect(told).toMatch(/It throws TypeError: Cannot read properties of undefined/)
    },
  )

  test('that takes its ε from the back end is told by comparing two', () => {
    const own = () => (tf.getBackend() === backend ? 1e-3 : 1e-7)
    const normed = plain((s, g) => [
      s,
      tree.map((x: tf.Tensor): tf.Tensor => tf.tidy(() => x.div(x.abs().add(own()))), g),
    ])
    for (let seed = 0; seed < 10; seed++)
      expect(() =>
        optimizer(normed)
          .find(({ name }) => name === 'back ends agree')
          ?.assert({ seed }),
      ).toThrow(Refuted)
    expect(tf.getBackend()).toBe(backend)
  })

  /** SOAP turns m and g into a basis, each by itself; at t = 2 terms of 0.9 leave 7e-5, and the step is the ratio of two such. */
  test('that divides what is left where terms cancel rounds in its own way on each', () => {
    const gradients = [
      [0.28515625, 0, 0.25, 30, -0.9375, 0, 0, 0],
      [0.2854762050110823, 0, 0, 0, -0.9375, 0.15625, 0, 0],
    ]
    const examples = [[{ gradients, theta: [0, 0, 0, 0, 0, 0, 0, 0] }]] as [unknown][]
    const laws = optimizer(soap({ lr: 0.01, every: 3, maxSize: 8 }))
    laws.find(({ name }) => name === 'back ends agree')?.assert({ examples, numRuns: 1 })
  })

  /** There `bufferSync` gives the memory itself. */
  test('that writes into what it is given is told, on the back end where it can', async () => {
    await tf.setBackend('cpu')
    const clipping = plain((s, g) => {
      for (const x of tree.tensors(g)) {
        const { values } = x.bufferSync()
        for (const [i, a] of values.entries()) values[i] = Math.max(-1, Math.min(1, a as number))
      }
      return [s, down(g, 0.1)]
    })
    expect(refuted(optimizer(clipping), 'what is given stays as it was').message).toMatch(
      /"g\.[wb]" of what was given, after the update at t = 1, came as/,
    )
    await useBackend()
  })
})
