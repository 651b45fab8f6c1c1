import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import {
  adam,
  chain,
  clipByGlobalNorm,
  freeze,
  hyperAt,
  masked,
  momentum,
  type Optimizer,
  partition,
  perTensor,
  rule,
  scaleByPath,
  sgd,
  stateBytes,
  trace,
  tree,
} from 'gradus'
import { beforeEach, describe, expect, test } from 'vitest'
import { alive, backends } from '../backends.ts'
import { distance } from '../close.ts'
import { gradientFor, mixed } from '../random.ts'
import { opaque } from './laws.ts'
import { tree as arrays, ROUNDING, run, seeds } from './run.ts'

const members = { '**': chain(clipByGlobalNorm(0.5), adam({ lr: 0.1 })), '**.bias': momentum({ lr: 0.2 }) }

/** What a member alone does with the leaves that are its own. */
const alone = (optimizer: Optimizer, own: (tree: ReturnType<typeof arrays>) => unknown, seed: number) => {
  let state = optimizer.init(own(arrays(seed)) as never)
  return [1, 2, 3, 4, 5].map((t) => {
    const [next, delta] = optimizer.update(state, own(arrays(seed + t)), t, { params: own(arrays(seed)) })
    state = next
    return delta
  })
}

type Deltas = readonly ReturnType<typeof arrays>[]

describe('partition', () => {
  test('is each member on its own leaves, their norms among them', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const deltas = run(partition(members), seed).deltas as Deltas
        const rest = alone(members['**'], ({ dense, scale }) => ({ k: dense[0]?.kernel, scale }), seed)
        const bias = alone(members['**.bias'], ({ dense }) => dense[0]?.bias, seed)
        expect(
          distance(
            deltas.map(({ dense, scale }) => ({ k: dense[0]?.kernel, scale })),
            rest,
          ),
        ).toBeLessThan(ROUNDING)
        expect(
          distance(
            deltas.map(({ dense }) => dense[0]?.bias),
            bias,
          ),
        ).toBeLessThan(ROUNDING)
      }),
      { numRuns: 30 },
    )
  })

  test('of labels is the same', () => {
    const byLabel = partition({ a: members['**'], b: members['**.bias'] }, (path) =>
      path.endsWith('bias') ? 'b' : 'a',
    )
    expect(distance(run(byLabel, 1).deltas, run(partition(members), 1).deltas)).toBe(0)
  })

  test('in a partition is the leaves that both give', () => {
    const inner = partition({ '**': sgd({ lr: 1 }), '**.kernel': adam({ lr: 0.1 }) })
    const nested = partition({ '**': inner, '**.bias': momentum({ lr: 0.2 }) })
    const flat = partition({ '**': sgd({ lr: 1 }), '**.kernel': adam({ lr: 0.1 }), '**.bias': momentum({ lr: 0.2 }) })
    expect(distance(run(nested, 2).deltas, run(flat, 2).deltas)).toBe(0)
    const { states } = run(nested, 2)
    expect(tree.paths(states.at(-1))).toEqual(['0.1.m.dense.0.kernel', '0.1.v.dense.0.kernel', '1.m.dense.0.bias'])
  })

  test('says which leaf belongs to nobody', () => {
    expect(() => partition({ '**.bias': sgd({ lr: 1 }) }).init(arrays(1) as never)).toThrow(
      'partition: leaf "dense.0.kernel" is labelled "", expected one of **.bias',
    )
  })

  test('asks a member about its own leaves alone', () => {
    const factors: Readonly<Record<string, number>> = { 'dense.0.bias': 3 }
    const byPath = masked(
      '**.bias',
      scaleByPath((path) => factors[path] as number),
    )
    const [first] = run(byPath, 4).deltas as Deltas
    expect(first?.dense[0]?.bias).toEqual(arrays(5).dense[0]?.bias.map((x) => 3 * x))
  })

  test('a hyper of a member may have any name', () => {
    const named = rule({ name: 'named', hyper: { member: 2 }, step: ({ g, member }) => ({ delta: g.mul(member) }) })
    const [first] = run(masked('**.bias', named), 4).deltas as Deltas
    expect(first?.dense[0]?.bias).toEqual(arrays(5).dense[0]?.bias.map((x) => 2 * x))
  })

  test('tells its hypers by member', () => {
    expect(hyperAt(partition(members), 1)).toMatchObject({ '0.1.adam.lr': 0.1, '1.momentum.lr': 0.2 })
  })
})

describe('masked and freeze', () => {
  test('masked passes on what it does not have', () => {
    const { deltas } = run(masked('**.kernel', sgd({ lr: 2 })), 4)
    const [first] = deltas as Deltas
    expect(first?.dense[0]?.bias).toEqual(arrays(5).dense[0]?.bias)
    expect(first?.dense[0]?.kernel).toEqual(arrays(5).dense[0]?.kernel.map((x) => -2 * x))
  })

  test('freeze leaves leaves as they are', () => {
    const { deltas } = run(freeze(['**.bias', 'scale'], adam()), 4)
    for (const { dense, scale } of deltas as Deltas) {
      expect([...(dense[0]?.bias ?? []), ...scale]).toEqual([0, 0, 0])
      expect(dense[0]?.kernel.every((x) => x !== 0)).toBe(true)
    }
  })
})

describe.each(backends)('on %s', (_, set) => {
  beforeEach(set)

  test('slots are there for a member’s own leaves only', () => {
    const params = { kernel: tf.zeros([10, 10]), bias: tf.zeros([10]) }
    expect(stateBytes(freeze('bias', adam()), params)).toBe(2 * 100 * 4)
    expect(stateBytes(partition({ '**': adam(), bias: momentum({ lr: 1 }) }), params)).toBe((2 * 100 + 10) * 4)
    tree.dispose(params)
  })

  test('a member goes on with its slots where nothing of its step is used', () => {
    const still = rule({ name: 'still', step: () => ({ delta: 0 }) })
    for (const own of ['a', 'b', 'c']) {
      const params = { a: tf.tensor1d([1, 2]), b: tf.tensor1d([3]), c: tf.tensor1d([4, 5, 6]) }
      const optimizer = chain(masked(own, trace({ beta: 0.5 })), still)
      const state = optimizer.init(params)
      const [next, delta] = optimizer.update(state, params, 1, { params })
      expect(distance(next, [[{ m: { [own]: params[own as 'a'] } }, []], {}])).toBe(0)
      tree.dispose([params, state, next, delta])
    }
  })

  test('a choice by a number that a tensor has is made for the member’s own leaves', () => {
    const second = rule({
      name: 'second',
      slots: { n: perTensor(0) },
      step: ({ g, n }) => ({ n: n.add(1), delta: n.gt(0).select(g, 0) }),
    })
    const params = { a: tf.tensor1d([1, 2]), b: tf.tensor1d([3]) }
    const optimizer = masked('b', second)
    const before = optimizer.init(params)
    const [state, first] = optimizer.update(before, params, 1, { params })
    const [after, delta] = optimizer.update(state, params, 2, { params })
    expect(distance(first, { a: params.a, b: Float64Array.of(0) })).toBe(0)
    expect(distance(delta, params)).toBe(0)
    tree.dispose([params, before, state, after, first, delta])
  })

  test('members that are no formulas give the same as those that are, and leave nothing behind', () => {
    const both = [members, { '**': opaque(members['**']), '**.bias': members['**.bias'] }] as const
    const params = mixed()
    const before = alive()
    const [formula, tensors] = both.map((own) => {
      const optimizer = partition(own)
      let state = optimizer.init(params)
      return [1, 2, 3].map((t) => {
        const grad = gradientFor(params, t)
        const [next, delta] = optimizer.update(state, grad, t, { params })
        tree.dispose([grad, state])
        state = next
        const numbers = tree.map((x) => (x as tf.Tensor).dataSync(), delta)
        tree.dispose(t === 3 ? [delta, state] : delta)
        return numbers
      })
    })
    expect(distance(tensors, formula)).toBeLessThan(1e-5)
    expect(alive()).toEqual(before)
    tree.dispose(params)
  })
})
