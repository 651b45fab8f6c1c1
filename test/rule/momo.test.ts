import { momo, momoAdam, simulate } from 'gradus'
import { describe, expect, test } from 'vitest'

const array = (...x: number[]) => Float64Array.from(x)
const after = (
  optimizer: ReturnType<typeof momo> | ReturnType<typeof momoAdam>,
  theta: Float64Array,
  observed: { grad: Float64Array; loss: number },
) => [...simulate(optimizer, theta, [observed])][0]?.params as Float64Array

describe('MoMo', () => {
  test('goes in one step to where a line through the loss is at its bound', () => {
    const observed = { grad: array(3, 4), loss: 10 }
    const at = after(momo({ lr: 100, lowerBound: 5 }), array(1, 1), observed)
    // The line: 10 + 3 · (x − 1) + 4 · (y − 1).
    expect(10 + 3 * ((at[0] as number) - 1) + 4 * ((at[1] as number) - 1)).toBeCloseTo(5, 12)
  })

  test('goes there with decay too: the decayed point is on that line', () => {
    const observed = { grad: array(3, 4), loss: 10 }
    const at = after(momo({ lr: 0.5, lowerBound: 5, weightDecay: 0.1 }), array(1, 1), observed)
    expect(10 + 3 * ((at[0] as number) - 1) + 4 * ((at[1] as number) - 1)).toBeCloseTo(5, 12)
  })

  test('goes no further than lr, and stays where the loss is below its bound', () => {
    const observed = { grad: array(3, 4), loss: 10 }
    expect([...after(momo({ lr: 0.01 }), array(1, 1), observed)]).toEqual([1 - 0.03, 1 - 0.04])
    expect([...after(momo({ lowerBound: 11 }), array(1, 1), observed)]).toEqual([1, 1])
  })

  test.each([
    ['momo', momo()],
    ['momoAdam', momoAdam()],
  ])('stays where there is no gradient: %s', (_, optimizer) => {
    expect([...after(optimizer, array(1, 2), { grad: array(0, 0), loss: 3 })]).toEqual([1, 2])
  })
})
