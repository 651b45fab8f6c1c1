import * as tf from '@tensorflow/tfjs'
import { adam, begin, chain, clipByGlobalNorm, fit, type Optimizer, Stopped, sgd, show, train, tree } from 'gradus'
import { beforeEach, describe, expect, test } from 'vitest'
import { step } from '../../src/train/advance.ts'
import { alive, backends } from '../backends.ts'
import { opaque } from '../optimizer/laws.ts'

const optimizers: readonly (readonly [string, Optimizer])[] = [
  ['a rule', adam({ lr: 0.1 })],
  ['a rule with a reduction of its own', chain(clipByGlobalNorm(1), adam({ lr: 0.1 }))],
  ['an opaque optimizer', opaque(adam({ lr: 0.1 }))],
]
const values = (x: tf.Tensor) => Array.from(x.dataSync())
const start = () => ({ dense: [{ kernel: tf.tensor1d([1, 4, 9]) }], bias: tf.tensor1d([1, 2]) })
type Params = ReturnType<typeof start>

/** Finite everywhere; at 0 its gradient is not. The third batch is the one that takes the root of 0. */
const rooted = ({ dense: [first], bias }: Params, batch: number): tf.Scalar => {
  const kernel = first?.kernel as tf.Tensor1D
  return kernel
    .sub(batch === 3 ? kernel : 0)
    .sqrt()
    .sum()
    .add(bias.square().sum()) as tf.Scalar
}

describe.each(backends)('on %s,', (_, set) => {
  beforeEach(set)

  describe.each(optimizers)('with %s,', (_, optimizer) => {
    test('a finite loss with an infinite gradient stops fit, which names the step and the leaf', async () => {
      const params = start()
      const before = alive()
      const seen: number[][] = []
      const run = fit({ loss: rooted, optimizer }, begin(optimizer, params), [1, 2, 3, 4], ({ carry }) =>
        seen.push(values(carry.params.bias)),
      )
      const result = await run()
      if (result._tag === 'Right') throw new Error('fit went on')
      const { left: failure } = result
      expect(failure).toMatchObject({ _tag: 'NotFinite', what: 'gradient', t: 3, path: 'dense.0.kernel' })
      expect(show(failure)).toBe(
        'train: leaf "dense.0.kernel" of the gradient at step 3 is not finite, ' +
          'expected a number; the carry is as it was after step 2',
      )
      expect(failure.carry.t).toBe(2)
      expect(values(failure.carry.params.bias)).toEqual(seen[1])
      expect(alive().tensors - before.tensors).toBe(tree.tensors(failure.carry).length)
      tree.dispose([failure.carry, params])
    })

    test('the last good carry can go on', async () => {
      const params = start()
      const [stopped, straight] = [await resumed([1, 2, 3], [4, 5]), await resumed([1, 2], [4, 5])]
      expect(stopped).toEqual(straight)
      tree.dispose(params)

      async function resumed(first: readonly number[], then: readonly number[]) {
        const result = await fit({ loss: rooted, optimizer }, begin(optimizer, params), first)()
        const carry = result._tag === 'Left' ? result.left.carry : result.right
        const rest = await fit({ loss: rooted, optimizer }, carry, then)()
        if (rest._tag === 'Left') throw new Error('fit stopped')
        const found = { t: rest.right.t, values: tree.tensors(rest.right).map(values) }
        tree.dispose(rest.right)
        return found
      }
    })

    test('a loss that is NaN or infinite stops fit, which names the step', async () => {
      const params = start()
      const before = alive()
      for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        const loss = ({ bias }: Params, batch: number) => bias.sum().mul(batch === 2 ? bad : 1) as tf.Scalar
        const result = await fit({ loss, optimizer }, begin(optimizer, params), [1, 2])()
        if (result._tag === 'Right') throw new Error('fit went on')
        expect(result.left).toMatchObject({ _tag: 'NotFinite', what: 'loss', t: 2 })
        expect(show(result.left)).toBe(
          'train: the loss at step 2 is not finite, expected a number; the carry is as it was after step 1',
        )
        expect(result.left.carry.t).toBe(1)
        expect(values(result.left.carry.params.bias).every(Number.isFinite)).toBe(true)
        tree.dispose(result.left.carry)
        expect(alive()).toEqual(before)
      }
      tree.dispose(params)
    })

    test('train throws what fit returns', async () => {
      const params = start()
      const progress = train({ loss: rooted, optimizer }, begin(optimizer, params), [3])
      const error = await progress.next().then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
      if (!(error instanceof Stopped)) throw error
      expect(error.message).toBe(show(error.failure))
      expect(error.failure).toMatchObject({ what: 'gradient', t: 1, path: 'dense.0.kernel' })
      tree.dispose([error.failure.carry, params])
    })

    test('guard: false goes on, and the parameters are what the formula makes of it', async () => {
      const params = start()
      const result = await fit({ loss: rooted, optimizer, guard: false }, begin(optimizer, params), [1, 3, 4])()
      if (result._tag === 'Left') throw new Error('fit stopped')
      expect(result.right.t).toBe(3)
      expect(values(result.right.params.dense[0]?.kernel as tf.Tensor).some(Number.isNaN)).toBe(true)
      tree.dispose([result.right, params])
    })

    test('an element that is not finite is seen wherever it stands', () => {
      const bad = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
      for (let n = 1; n <= 33; n++) {
        const params = { a: tf.ones([3]), empty: tf.zeros([0, 2]), b: tf.ones([n]) }
        const carry = begin(optimizer, params)
        for (const [i, x] of [
          [0, bad[n % 3]],
          [n - 1, bad[(n + 1) % 3]],
          [n >> 1, bad[(n + 2) % 3]],
        ] as const) {
          const b = new Float32Array(n).fill(1)
          b[i] = x as number
          const grad = { a: params.a, empty: params.empty, b: tf.tensor1d(b) }
          expect(step(optimizer, carry, { grads: grad, loss: 1, guard: true })).toBeUndefined()
          expect(values(carry.params.b).every((p) => p === 1)).toBe(true)
          grad.b.dispose()
        }
        const next = step(optimizer, carry, { grads: params, loss: 1, guard: true })
        expect(next?.t).toBe(1)
        tree.dispose([next, params])
      }
    })

    test('the largest float32 numbers are finite', () => {
      const params = { w: tf.ones([5]) }
      const grad = { w: tf.fill([5], 3.4e38) }
      const next = step(optimizer, begin(optimizer, params), { grads: grad, loss: 1, guard: true })
      expect(next?.t).toBe(1)
      tree.dispose([next, params, grad])
    })
  })

  test('nothing is left of a carry of your own that was stopped at its first step, and it stays yours', async () => {
    const optimizer = sgd({ lr: 1 })
    const yours = { params: start(), state: {}, t: 0 }
    const before = alive()
    const result = await fit({ loss: rooted, optimizer }, yours, [3])()
    if (result._tag === 'Right') throw new Error('fit went on')
    expect(result.left.carry).toBe(yours)
    expect(values(yours.params.bias)).toEqual([1, 2])
    expect(alive()).toEqual(before)
    tree.dispose(yours)
  })
})
