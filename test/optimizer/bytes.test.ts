import * as tf from '@tensorflow/tfjs'
import {
  adafactor,
  adam,
  chain,
  clipByGlobalNorm,
  dog,
  every,
  freeze,
  identity,
  lbfgs,
  masked,
  mechanize,
  momentum,
  muon,
  novograd,
  type Optimizer,
  partition,
  type Rule,
  sgd,
  skipNonFinite,
  sm3,
  soap,
  sophia,
  stateBytes,
  tree,
} from 'gradus'
import { beforeEach, describe, expect, test } from 'vitest'
import { alive, backends } from '../backends.ts'
import { numbersOf } from '../close.ts'
import { everyWord } from '../everyword.ts'
import { optimizers, tensorwise } from '../optimizers.ts'
import { mixed } from '../random.ts'
import { opaque } from './laws.ts'

/** 40 elements in 5 tensors. */
const SIZES = { w: [4, 3], b: [3], k: [2, 3, 2, 2], scale: [], none: [0, 3] }

/** How many numbers each of these keeps for them. */
const numbers: Readonly<Record<string, readonly [Optimizer, number]>> = {
  'a chain of nothing': [chain(), 0],
  identity: [identity, 0],
  sgd: [sgd({ lr: 1 }), 0],
  momentum: [momentum({ lr: 1 }), 40],
  adam: [adam(), 2 * 40],
  novograd: [novograd(), 40 + 5],
  dog: [dog(), 40 + 2],
  everyWord: [everyWord, 3 * 40 + 5 + 1],
  'a chain': [chain(clipByGlobalNorm(1), momentum({ lr: 1 }), adam()), 3 * 40],
  'a chain with an opaque part': [chain(opaque(momentum({ lr: 1 })), adam()), 3 * 40],
  every: [every(3, adam()), 3 * 40],
  'every, of an opaque one': [every(3, opaque(adam())), 3 * 40],
  skipNonFinite: [skipNonFinite(adam()), 2 * 40 + 2],
  mechanize: [mechanize(adam(), { numBetas: 3 }), 3 * 40 + 4 * 3],
  freeze: [freeze('b', adam()), 2 * 37],
  'freeze, of an opaque one': [freeze('b', opaque(adam())), 2 * 37],
  masked: [masked('w', momentum({ lr: 1 })), 12],
  partition: [partition({ '**': adam(), b: momentum({ lr: 1 }), scale: novograd() }), 2 * 36 + 3 + 2],
  muon: [muon({ others: adam() }), 36 + 2 * 4],
  sm3: [sm3({ lr: 1 }), 40 + (4 + 3) + 3 + (2 + 3 + 2 + 2) + 1 + (0 + 3)],
  adafactor: [adafactor(), 4 + 3 + 3 + (12 + 12) + 1 + (0 + 3)],
  soap: [soap({ maxSize: 8 }), 2 * 40 + 2 * (4 ** 2 + 3 ** 2) + 2 * 2 ** 2 + 2 * 3 ** 2],
  lbfgs: [lbfgs({ memory: 3 }), 2 * 40 + 3 * 2 * 40 + 3],
  sophia: [sophia({ lr: 1 }), 2 * 40],
}

describe.each(backends)('on %s, stateBytes', (_, set) => {
  beforeEach(set)

  test.each(Object.entries(numbers))('of %s is four for each number that it keeps', (_, [optimizer, count]) => {
    const params = Object.fromEntries(Object.entries(SIZES).map(([name, shape]) => [name, tf.ones(shape)]))
    const before = alive()
    expect(stateBytes(optimizer, params)).toBe(4 * count)
    expect(alive()).toEqual(before)
    expect(tree.tensors(params).some((x) => x.isDisposed)).toBe(false)
    tree.dispose(params)
  })

  test('is what init makes, for every optimizer, and what its rule says', () => {
    const params = mixed()
    for (const [name, optimizer] of Object.entries({ ...optimizers, ...tensorwise })) {
      const state = optimizer.init(params)
      const made = tree.tensors(state).reduce((sum, x) => sum + (numbersOf(x) as Float32Array).byteLength, 0)
      expect([name, stateBytes(optimizer, params)]).toEqual([name, made])
      if (optimizer.rule) expect([name, 4 * said(optimizer.rule, params)]).toEqual([name, made])
      tree.dispose(state)
    }
    tree.dispose(params)
  })

  test('counts nothing that is yours, and disposes nothing of it', () => {
    const params = mixed()
    const before = alive()
    const holding: Optimizer = { init: (p) => p, update: (state, grad) => [state, grad] }
    expect(stateBytes(holding, params)).toBe(0)
    expect(alive()).toEqual(before)
    tree.dispose(params)
  })
})

/** The numbers of a rule's slots: one an element, a tensor or a tree, on the leaves that have the slot. */
const said = ({ slots, leaf }: Rule, params: unknown): number =>
  Object.values(slots).reduce((sum, { per, on }) => {
    const having = tree.entries(params).filter(([path]) => on === undefined || leaf[on]?.(path) !== 0)
    const each = having.map(([, x]) => (per === 'tensor' ? 1 : (x as tf.Tensor).size))
    return sum + (per === 'tree' ? 1 : each.reduce((a, b) => a + b, 0))
  }, 0)
