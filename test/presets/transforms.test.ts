import { type Optimizer, simulate } from 'gradus'
import { optax } from 'gradus/presets'
import { describe, expect, test } from 'vitest'

const { NaN: NAN, POSITIVE_INFINITY: INFINITE } = Number

/** What it makes of these gradients at θ, one after the other. */
const made = (optimizer: Optimizer, grads: readonly (readonly number[])[], theta = grads[0]): readonly number[] => {
  const source = grads.map((g) => ({ w: Float64Array.from(g) }))
  return [...([...simulate(optimizer, { w: Float64Array.from(theta ?? []) }, source)].at(-1)?.delta.w ?? [])]
}

/** Where Optax's transformations were not recorded: each number is what 0.2.9 gives. */
describe('at their edges', () => {
  test.each<[string, Optimizer, readonly number[], readonly number[]]>([
    ['normalize divides 0 by 0', optax.normalize(), [0, 0], [NAN, NAN]],
    ['normalizeByUpdateNorm does not', optax.normalizeByUpdateNorm(), [0, 0], [0, 0]],
    ['clip to 0', optax.clip({ maxDelta: 0 }), [1, -2], [0, 0]],
    ['clip to less', optax.clip({ maxDelta: -0.5 }), [1, -2], [-0.5, -0.5]],
    ['clipByGlobalNorm to 0', optax.clipByGlobalNorm({ maxNorm: 0 }), [3, 4], [0, 0]],
    ['clipByGlobalNorm of 0 to 0', optax.clipByGlobalNorm({ maxNorm: 0 }), [0, 0], [NAN, NAN]],
    ['clipByGlobalNorm of what is infinite', optax.clipByGlobalNorm({ maxNorm: 1 }), [1, INFINITE], [0, NAN]],
    ['clipByBlockRms to 0', optax.clipByBlockRms({ threshold: 0 }), [3, 4], [0, 0]],
    ['clipByBlockRms to less', optax.clipByBlockRms({ threshold: -1 }), [3, 4], [3, 4]],
    ['setToZero of NaN', optax.setToZero(), [NAN, 1], [0, 0]],
    ['scaleByLearningRate of null ascends', optax.scaleByLearningRate(), [1, -2], [1, -2]],
    ['scaleByLearningRate below 0', optax.scaleByLearningRate({ learningRate: -2 }), [1, -2], [2, -4]],
  ])('%s', (_, optimizer, g, delta) => {
    expect(made(optimizer, [g]).map((x) => x + 0)).toEqual(delta)
  })

  test('trace of decay 1 is a sum', () => {
    expect(made(optax.trace({ decay: 1 }), [[1], [2], [4]])).toEqual([7])
    expect(made(optax.trace({ decay: 1, nesterov: true }), [[1], [2], [4]])).toEqual([11])
  })

  test('keepParamsNonnegative takes what is below 0 to 0', () => {
    expect(made(optax.keepParamsNonnegative(), [[-1, 1, 2]], [-3, 0.5, -1])).toEqual([3, 1, 2])
  })

  test('namedChain goes in the order in which the names were written', () => {
    const [up, cut] = [optax.scale({ stepSize: 10 }), optax.clip({ maxDelta: 2 })]
    expect(made(optax.namedChain({ up, cut }), [[1]])).toEqual([2])
    expect(made(optax.namedChain({ cut, up }), [[1]])).toEqual([10])
  })

  test('options that are no flags are said by name', () => {
    expect(() => optax.trace({ decay: 0.9, nesterov: 1 as never })).toThrow('optax.trace: nesterov is 1')
    expect(() => optax.ema({ decay: 0.9, debias: 0 as never })).toThrow('optax.ema: debias is 0')
    expect(() => optax.scaleByLearningRate({ flipSign: 'no' as never })).toThrow('optax.scaleByLearningRate: flipSign')
    expect(() => made(optax.addDecayedWeights({ mask: { v: true } }), [[1]])).toThrow(
      'optax.addDecayedWeights: mask has nothing at "w"',
    )
  })
})
