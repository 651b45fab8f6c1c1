import * as tf from '@tensorflow/tfjs'
import { advance, begin, chain, clipByGlobalNorm, type Optimizer, simulate, stateBytes, tree } from 'gradus'
import { beforeAll, describe, expect, test } from 'vitest'
import { alive, backends } from '../backends.ts'
import { distance, numbersOf } from '../close.ts'
import { tensorwise } from '../optimizers.ts'
import { gaussian, gradientFor, mixed, normal } from '../random.ts'

/** Leaves of every rank, of one element, and of none. */
const ranks = (seed = 1) => {
  const next = gaussian(seed)
  return {
    ...mixed(seed),
    kernel: normal([3, 2, 2, 5], next),
    heads: normal([4, 2, 3], next),
    row: normal([1, 6], next),
    none: normal([0], next),
    emptyKernel: normal([2, 2, 0, 3], next),
  }
}

type Params = ReturnType<typeof ranks>

const numbers = (x: unknown) => tree.tensors(x).map((leaf) => Array.from(numbersOf(leaf)))

const run = (optimizer: Optimizer, from: number, to: number, start: { params: Params; state: unknown }) => {
  let { params, state } = start
  for (let t = from; t <= to; t++) {
    const grad = gradientFor(params, t)
    const [next, delta] = optimizer.update(state, grad, t, { params, loss: 1 })
    const moved = tree.add(params, delta)
    tree.dispose([state, params, delta, grad])
    params = moved
    state = next
  }
  return { params, state }
}

describe.each(backends)('on %s, what is no formula:', (_, set) => {
  beforeAll(set)

  describe.each(Object.entries(tensorwise))('%s', (_, optimizer) => {
    test('moves leaves of every rank to where they are numbers, and leaks nothing', () => {
      const before = alive()
      const params = ranks()
      const paths = tree.paths(params)
      const end = run(optimizer, 1, 7, { params, state: optimizer.init(params) })
      expect(numbers(end).flat().every(Number.isFinite)).toBe(true)
      expect(tree.paths(end.params)).toEqual(paths)
      tree.dispose(end)
      expect(alive()).toEqual(before)
    })

    test('goes on from a saved state as if it had not been stopped', () => {
      const fresh = () => {
        const params = ranks()
        return { params, state: optimizer.init(params) }
      }
      const whole = run(optimizer, 1, 8, fresh())
      const half = run(optimizer, 1, 4, fresh())
      const saved = tree.rebuild(
        half,
        tree.tensors(half).map((x) => tree.copy(x)),
      ) as typeof half
      tree.dispose(half)
      const resumed = run(optimizer, 5, 8, saved)
      expect(distance(resumed, whole)).toBe(0)
      tree.dispose([whole, resumed])
    })

    test('has a state of float32 tensors, of as many bytes as it says', () => {
      const params = ranks()
      const state = optimizer.init(params)
      expect(tree.leaves(state as never).every((x) => (x as unknown) instanceof tf.Tensor)).toBe(true)
      const size = tree.tensors(state).reduce((sum, x) => sum + x.size, 0)
      expect(stateBytes(optimizer, params)).toBe(4 * size)
      tree.dispose([params, state])
    })

    test('is a part of a chain, of a carry, and of a tidy', () => {
      const params = mixed()
      const whole = chain(clipByGlobalNorm(0.5), optimizer)
      const before = alive()
      const first = () => begin(whole, params)
      let carry: ReturnType<typeof first> | undefined
      tf.tidy(() => {
        carry = first()
      })
      for (let t = 1; t <= 5; t++)
        tf.tidy(() => {
          carry = advance(whole)(carry as ReturnType<typeof first>, gradientFor(params, t))
        })
      expect(numbers(carry).flat().every(Number.isFinite)).toBe(true)
      tree.dispose(carry)
      expect(alive()).toEqual(before)
      tree.dispose(params)
    })

    test('says which leaf does not fit, and what it runs on', () => {
      const params = mixed()
      const state = optimizer.init(params)
      const grad = { ...mixed(2), scale: tf.zeros([2]) }
      expect(() => optimizer.update(state, grad, 1, { params: params as never })).toThrow(
        /leaf "scale" of grad is \[2\], expected \[\]/,
      )
      expect(() => [...simulate(optimizer, { x: Float64Array.of(1) }, [])]).toThrow('the optimizer has no rule')
      tree.dispose([params, state, grad])
    })
  })
})
