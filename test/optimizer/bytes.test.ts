import * as tf from '@tensorflow/tfjs'
import {
  adam,
  chain,
  identity,
  momentum,
  type Optimizer,
  perTensor,
  perTree,
  rule,
  sgd,
  stateBytes,
  tree,
} from 'gradus'
import { beforeEach, describe, expect, test } from 'vitest'
import { alive, backends } from '../backends.ts'
import { opaque } from './laws.ts'

describe.each(backends)('on %s, stateBytes', (_, set) => {
  beforeEach(set)
  const params = () => ({ a: tf.ones([10, 10]), b: [tf.ones([7]), tf.scalar(1), tf.zeros([0])] })
  const ELEMENTS = 108

  test('is four bytes for each number of the state', () => {
    const small = rule({
      name: 'small',
      slots: { s: perTensor(0), r: perTree(0), y: 'theta' },
      step: ({ g, s, r, y }) => ({ s, r, y, delta: g }),
    })
    const cases: readonly (readonly [Optimizer, number])[] = [
      [identity, 0],
      [sgd({ lr: 1 }), 0],
      [momentum({ lr: 1 }), 4 * ELEMENTS],
      [adam(), 8 * ELEMENTS],
      [chain(momentum({ lr: 1 }), adam()), 12 * ELEMENTS],
      [chain(opaque(momentum({ lr: 1 })), adam()), 12 * ELEMENTS],
      [small, 4 * (4 + 1 + ELEMENTS)],
    ]
    const given = params()
    for (const [optimizer, bytes] of cases) expect(stateBytes(optimizer, given)).toBe(bytes)
    tree.dispose(given)
  })

  test('makes nothing that stays, and disposes nothing of yours', () => {
    const given = params()
    const before = alive()
    const holding: Optimizer = { init: (p) => p, update: (state, grad) => [state, grad] }
    expect(stateBytes(holding, given)).toBe(0)
    stateBytes(adam(), given)
    expect(alive()).toEqual(before)
    expect(tree.tensors(given).some((x) => x.isDisposed)).toBe(false)
    tree.dispose(given)
  })
})
