import { beforeAll, describe, expect, test } from 'vitest'
import { backend, useBackend } from '../backends.ts'
import { optimizers } from '../optimizers.ts'
import { disagreement, FLOAT32 } from './agreement.ts'

beforeAll(useBackend)

/** Without a graphics card, WebGL takes ten times as long. */
const STEPS = backend === 'webgl' ? 100 : 300

describe(`fused on ${backend}, over ${STEPS} steps of gradients that change their scale,`, () => {
  test.each(Object.entries(optimizers))('%s is `simulate` to float32 rounding', (_, optimizer) => {
    const { params, state } = disagreement(optimizer, STEPS)
    expect(params).toBeLessThan(FLOAT32)
    expect(state).toBeLessThan(FLOAT32)
  })
})
