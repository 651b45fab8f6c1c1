import * as tf from '@tensorflow/tfjs'
import { adam, begin, fit, type Moment, sgd, train, tree } from 'gradus'
import { beforeEach, describe, expect, test } from 'vitest'
import { alive, backends } from '../backends.ts'

/** What a model keeps beside θ: a running mean, and a part that never changes. */
interface Running {
  readonly mean: tf.Tensor
  readonly fixed: tf.Tensor
  readonly count: number
}

const start = () => ({ w: tf.tensor1d([1, 2]) })
type Params = ReturnType<typeof start>
const running = (): Running => ({ mean: tf.tensor1d([0, 0]), fixed: tf.tensor1d([5]), count: 0 })
const values = (x: tf.Tensor | undefined) => Array.from(x?.dataSync() ?? [])
const optimizer = adam({ lr: 0.1 })

/** Averages the batches; hands the fixed part on as it is. */
const loss = ({ w }: Params, batch: number, { extra }: Moment<Running>) => {
  const { mean, fixed, count } = extra as Running
  return {
    loss: w.mul(batch).square().sum() as tf.Scalar,
    extra: { mean: mean.mul(0.5).add(batch / 2), fixed, count: count + 1 },
  }
}

describe.each(backends)('on %s, extra', (_, set) => {
  beforeEach(set)

  test('goes from step to step, and with the carry', async () => {
    const params = start()
    const given = running()
    const before = alive()
    const result = await fit({ loss, optimizer }, begin(optimizer, params, given), [1, 3])()
    if (result._tag === 'Left') throw new Error('fit stopped')
    const { right: carry } = result
    expect(values(carry.extra?.mean)).toEqual([1.75, 1.75])
    expect(values(carry.extra?.fixed)).toEqual([5])
    expect(carry.extra?.count).toBe(2)
    tree.dispose(carry)
    expect(alive()).toEqual(before)
    expect(values(given.mean)).toEqual([0, 0])
    tree.dispose([params, given])
  })

  test('takes no more memory after a hundred steps than after one', async () => {
    const params = start()
    const given = running()
    const counts = new Set<number>()
    let carry = begin(optimizer, params, given)
    for await (const progress of train({ loss, optimizer }, carry, new Array<number>(100).fill(1))) {
      carry = progress.carry
      counts.add(tf.memory().numTensors)
    }
    expect(counts.size).toBe(1)
    expect(values(carry.extra?.fixed)).toEqual([5])
    tree.dispose([carry, params, given])
  })

  test('that is handed on as it is stays readable', async () => {
    const params = start()
    const given = running()
    const same = ({ w }: Params, _: number, { extra }: Moment<Running>) => ({
      loss: w.sum() as tf.Scalar,
      extra: extra as Running,
    })
    const result = await fit({ loss: same, optimizer }, begin(optimizer, params, given), [1, 2, 3])()
    if (result._tag === 'Left') throw new Error('fit stopped')
    expect(values(result.right.extra?.mean)).toEqual([0, 0])
    tree.dispose([result.right, params, given])
  })

  test.each([
    ['the loss', Number.NaN],
    ['the gradient', 0],
  ])('is whole in the last good carry where %s was not finite', async (_, at) => {
    const params = start()
    const given = running()
    const breaking = (p: Params, batch: number, moment: Moment<Running>) => ({
      ...loss(p, batch, moment),
      loss: (batch === 2 ? p.w.mul(at).sqrt().sum() : p.w.sum()) as tf.Scalar,
    })
    const before = alive()
    const result = await fit({ loss: breaking, optimizer }, begin(optimizer, params, given), [1, 2])()
    if (result._tag === 'Right') throw new Error('fit went on')
    const { carry } = result.left
    expect(carry.t).toBe(1)
    expect(values(carry.extra?.mean)).toEqual([0.5, 0.5])
    expect(values(carry.extra?.fixed)).toEqual([5])
    expect(alive().tensors - before.tensors).toBe(tree.tensors(carry).length)
    tree.dispose([carry, params, given])
  })

  test('of a carry of your own stays yours', async () => {
    const yours = { params: start(), state: optimizer.init(start()), t: 0, extra: running() }
    const result = await fit({ loss, optimizer }, yours, [1, 3])()
    if (result._tag === 'Left') throw new Error('fit stopped')
    expect(values(result.right.extra?.mean)).toEqual([1.75, 1.75])
    expect(tree.tensors(yours).some((x) => x.isDisposed)).toBe(false)
    expect(values(yours.extra.mean)).toEqual([0, 0])
    tree.dispose(result.right)
    expect(values(yours.extra.fixed)).toEqual([5])
    tree.dispose(yours)
  })

  test('is not left behind where the loss or its gradient throws', async () => {
    const params = start()
    const given = running()
    const carry = begin(optimizer, params, given)
    const before = alive()
    const lacking = ({ w }: Params, batch: number, moment: Moment<Running>) => ({
      ...loss({ w }, batch, moment),
      loss: tf.unique(w).values.sum() as tf.Scalar,
    })
    await expect(fit({ loss: lacking, optimizer }, carry, [1])()).rejects.toThrow(/gradient/)
    const rankless = ({ w }: Params, batch: number, moment: Moment<Running>) => ({
      ...loss({ w }, batch, moment),
      loss: w.square() as tf.Tensor as tf.Scalar,
    })
    await expect(fit({ loss: rankless, optimizer }, carry, [1])()).rejects.toThrow(
      'train: the function returned a tensor',
    )
    expect(alive()).toEqual(before)
    expect(values(carry.extra?.mean)).toEqual([0, 0])
    tree.dispose([carry, params, given])
  })

  test('is nothing where the loss says nothing of it', async () => {
    const params = start()
    const seen: unknown[] = []
    const plain = ({ w }: Params, _: number, { extra }: Moment<unknown>) => {
      seen.push(extra)
      return w.sum() as tf.Scalar
    }
    const result = await fit({ loss: plain, optimizer: sgd({ lr: 1 }) }, begin(sgd({ lr: 1 }), params), [1, 2])()
    if (result._tag === 'Left') throw new Error('fit stopped')
    expect(seen).toEqual([undefined, undefined])
    expect('extra' in result.right).toBe(false)
    tree.dispose([result.right, params])
  })
})
