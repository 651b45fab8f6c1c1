import { useWebgl } from 'gradus/webgl'
import { beforeAll, describe, expect, test } from 'vitest'
import { disagreement, FLOAT32 } from '../../kernel/agreement.ts'
import { optimizers } from '../../optimizers.ts'

beforeAll(() => useWebgl())

describe('fused on WebGL, over 100 steps of gradients that change their scale,', () => {
  test.each(Object.entries(optimizers))('%s is `simulate` to float32 rounding', (_, optimizer) => {
    const { params, state } = disagreement(optimizer, 100)
    expect(params).toBeLessThan(FLOAT32)
    expect(state).toBeLessThan(FLOAT32)
  })
})
