import * as tf from '@tensorflow/tfjs'
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
