import { beforeAll, describe, expect, test } from 'vitest'
import { backend, useBackend } from '../backends.ts'
import { optimizers } from '../optimizers.ts'
import { disagreement, FLOAT32 } from './agreement.ts'

beforeAll(useBackend)

describe(`fused on ${backend}, over 300 steps of gradients that change their scale,`, () => {
  test.each(Object.entries(optimizers))('%s is `simulate` to float32 rounding', (_, optimizer) => {
    const { params, state } = disagreement(optimizer, 300)
    expect(params).toBeLessThan(FLOAT32)
    expect(state).toBeLessThan(FLOAT32)
  })
})
