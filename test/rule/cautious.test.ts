import { adamw, cautiousAdamw, cautiousLion, lion, type Optimizer, simulate } from 'gradus'
import { describe, expect, test } from 'vitest'

const deltas = (optimizer: Optimizer, ...grads: readonly (readonly number[])[]) => {
  const source = grads.map((g) => Float64Array.from(g))
  const theta = Float64Array.from(grads[0] ?? [], () => 1)
  return [...simulate(optimizer, theta, source)].map(({ delta }) => [...delta])
}

describe.each([
  ['adamw', cautiousAdamw, adamw],
  ['lion', cautiousLion, lion],
])('caution in %s', (_, cautious, plain) => {
  const options = { lr: 0.1, weightDecay: 0.01 }

  test('changes nothing where every element moves down its gradient', () => {
    const grads = [
      [1, -2, 3],
      [2, -1, 4],
    ]
    expect(deltas(cautious(options), ...grads)).toEqual(deltas(plain(options), ...grads))
  })

  test('leaves the decay alone where the momentum goes up the gradient, and the others go as much further', () => {
    const grads = [
      [10, 10, 10, 10],
      [-0.1, 10, 10, 10],
    ]
    const [, after] = deltas(cautious(options), ...grads)
    const [, before] = deltas(plain(options), ...grads)
    const decay = -0.1 * 0.01
    const theta = 1 + (deltas(plain(options), ...grads)[0]?.[0] as number)
    expect(before?.[0]).toBeLessThan(0)
    expect(after?.[0]).toBeCloseTo(decay * theta, 15)
    for (const i of [1, 2, 3])
      expect((after?.[i] as number) - decay * theta).toBeCloseTo(((before?.[i] as number) - decay * theta) / 0.75, 14)
  })

  test('moves nothing where no element agrees, and nothing where the gradient is 0', () => {
    const still = { lr: 0.1, weightDecay: 0 }
    expect(deltas(cautious(still), [10, 10], [-0.1, -0.1])[1]?.map(Math.abs)).toEqual([0, 0])
    expect(deltas(cautious(still), [10, 10], [0, 0])[1]?.map(Math.abs)).toEqual([0, 0])
  })
})
