import fc from 'fast-check'
import { adamw, chain, clipByGlobalNorm, every, type Optimizer, schedule, sgd } from 'gradus'
import { describe, expect, test } from 'vitest'
import { distance } from '../close.ts'
import { opaque } from './laws.ts'
import { expectSame, ROUNDING, run, seeds, tree } from './run.ts'

const inner = (): Optimizer =>
  chain(clipByGlobalNorm(0.5), adamw({ lr: schedule.cosine({ from: 0.1, over: 4 }), weightDecay: 0.1 }))

type Trees = ReturnType<typeof tree>

const meanOf = (trees: readonly Trees[]): Trees => {
  const mean = (leaf: (t: Trees) => Float64Array) =>
    leaf(trees[0] as Trees).map((_, i) => trees.reduce((sum, t) => sum + (leaf(t)[i] as number), 0) / trees.length)
  return {
    dense: [
      {
        kernel: mean((t) => t.dense[0]?.kernel as Float64Array),
        bias: mean((t) => t.dense[0]?.bias as Float64Array),
      },
    ],
    scale: mean((t) => t.scale),
  }
}

/** Δθ at the end of each group, and what the optimizer alone makes of the groups' means. */
const grouped = (optimizer: Optimizer, alone: Optimizer, seed: number, sizes: readonly number[]) => {
  const params = tree(seed)
  const [deltas, expected, between]: [unknown[], unknown[], unknown[]] = [[], [], []]
  let [state, own, t] = [optimizer.init(params as never), alone.init(params as never), 0]
  for (const [group, size] of sizes.entries()) {
    const grads = Array.from({ length: size }, (_, i) => tree(seed + 100 * group + i))
    for (const [i, grad] of grads.entries()) {
      t += 1
      const [next, delta] = optimizer.update(state, grad, t, { params })
      state = next
      ;(i === size - 1 ? deltas : between).push(delta)
    }
    const [next, delta] = alone.update(own, meanOf(grads), group + 1, { params })
    own = next
    expected.push(delta)
  }
  return { deltas, expected, between }
}

describe('every', () => {
  test('gives the optimizer the mean of each group, on a clock that counts groups; between them nothing moves', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 5 }), (seed, k) => {
        const { deltas, expected, between } = grouped(every(k, inner()), inner(), seed, [k, k, k])
        expect(distance(deltas, expected)).toBeLessThan(ROUNDING)
        for (const delta of between) expect(distance(delta, tree(seed))).toBe(distance(zeros(delta), tree(seed)))
      }),
      { numRuns: 30 },
    )
  })

  test('begins anew with an epoch, whose last group is what is left', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { deltas, expected } = grouped(every(3, inner(), { epoch: 7 }), inner(), seed, [3, 3, 1, 3, 3, 1])
        expect(distance(deltas, expected)).toBeLessThan(ROUNDING)
      }),
      { numRuns: 20 },
    )
  })

  test('of 1 is the optimizer, up to the shape of its state', () => {
    const [a, b] = [run(every(1, inner()), 3), run(inner(), 3)]
    expect(distance(a.deltas, b.deltas)).toBeLessThan(ROUNDING)
  })

  test('of an optimizer that is no formula is the same', () => {
    fc.assert(
      fc.property(seeds, (seed) => expectSame(every(2, opaque(inner())), every(2, inner()), seed, ROUNDING)),
      { numRuns: 20 },
    )
  })

  test('says what is wrong', () => {
    expect(() => every(0, sgd({ lr: 1 }))).toThrow('every: k is 0, expected a whole number ≥ 1')
    expect(() => every(2, sgd({ lr: 1 }), { epoch: 1.5 })).toThrow('every: epoch is 1.5, expected a whole number ≥ 1')
  })
})

const zeros = (delta: unknown): unknown => {
  const { dense, scale } = delta as Trees
  return {
    dense: dense.map(({ kernel, bias }) => ({ kernel: kernel.map(() => 0), bias: bias.map(() => 0) })),
    scale: scale.map(() => 0),
  }
}
