import * as tf from '@tensorflow/tfjs'
import { rprop } from 'gradus'
import { beforeAll, describe, expect, test } from 'vitest'
import { optimizers } from '../optimizers.ts'
import { disagreement, FLOAT32 } from './agreement.ts'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

describe('op by op on the CPU back end, over 100 steps of gradients that change their scale,', () => {
  test.each(Object.entries(optimizers))('%s is `simulate` to float32 rounding', (_, optimizer) => {
    const { params, state } = disagreement(optimizer, 100)
    expect(params).toBeLessThan(FLOAT32)
    expect(state).toBeLessThan(FLOAT32)
  })
})

test('a leaf without elements keeps its shape through a choice', () => {
  const params = { empty: tf.zeros([0]), b: tf.tensor1d([1]) }
  const optimizer = rprop()
  const before = optimizer.init(params)
  const [state] = optimizer.update(before, params, 1, { params })
  const [, { empty }] = optimizer.update(state, params, 2, { params })
  expect(empty.shape).toEqual([0])
})
