import * as tf from '@tensorflow/tfjs'
import {
  adam,
  advance,
  begin,
  chain,
  clip,
  fit,
  lbfgs,
  type Optimizer,
  schedule,
  sgd,
  train,
  tree,
  valueAndGrad,
} from 'gradus'
import { beforeEach, describe, expect, test } from 'vitest'
import { alive, backends, useBackend } from '../backends.ts'
import { distance } from '../close.ts'
import { opaque } from '../optimizer/laws.ts'

const start = () => ({ w: tf.tensor1d([1, 2, 3]) })
type Params = ReturnType<typeof start>
const loss = ({ w }: Params, batch: number) => w.sub(batch).square().sum() as tf.Scalar
const values = (x: tf.Tensor) => Array.from(x.dataSync())
const lr = schedule.linear({ from: 0.1, over: 10 })
const optimizer = sgd({ lr })

describe.each(backends)('on %s, train', (_, set) => {
  beforeEach(set)

  test('is gradient, advance, and again, and tells of each step what it was made from', async () => {
    const params = start()
    let byHand = begin(optimizer, params)
    const told: unknown[] = []
    for await (const { t, loss: value, hyper, carry } of train(
      { loss, optimizer },
      begin(optimizer, params),
      [3, 1, 4],
    )) {
      const [expected, grad] = valueAndGrad(loss)(byHand.params, [3, 1, 4][t - 1] as number)
      byHand = advance(optimizer)(byHand, grad)
      expect(value).toBe(expected.dataSync()[0])
      expect(distance(carry.params, byHand.params)).toBe(0)
      expect(carry.t).toBe(t)
      told.push([t, hyper])
      tree.dispose([expected, grad])
      if (t === 3) tree.dispose(carry)
    }
    expect(told).toEqual([1, 2, 3].map((t) => [t, { lr: lr(t), 'sgd.lr': lr(t) }]))
    tree.dispose([params, byHand])
  })

  test('lets an optimizer look at the loss elsewhere: L-BFGS finds the end of Rosenbrock’s valley', async () => {
    const params = { x: tf.tensor1d([-1.2, 1]) }
    const rosenbrock = ({ x }: typeof params) => {
      const [a, b] = tf.split(x, 2) as [tf.Tensor, tf.Tensor]
      return b.sub(a.square()).square().mul(100).add(tf.sub(1, a).square()).sum() as tf.Scalar
    }
    const before = alive()
    const found = await fit(
      { loss: rosenbrock, optimizer: lbfgs() },
      begin(lbfgs(), params),
      Array.from({ length: 40 }, () => undefined),
    )()
    const { right: carry } = found as Extract<typeof found, { _tag: 'Right' }>
    expect(Math.max(...values(carry.params.x).map((x) => Math.abs(x - 1)))).toBeLessThan(1e-3)
    tree.dispose(carry)
    expect(alive()).toEqual(before)
    tree.dispose(params)
  })

  test('returns the last carry when the batches end', async () => {
    const params = start()
    const steps = train({ loss, optimizer }, begin(optimizer, params), [1, 2])
    await steps.next()
    const second = await steps.next()
    const end = await steps.next()
    if (second.done || !end.done) throw new Error('it has two steps')
    expect(end.value).toBe(second.value.carry)
    tree.dispose([params, end.value])
  })

  test('returns the carry that it was given where there are no batches', async () => {
    const params = start()
    const carry = begin(optimizer, params)
    const end = await train({ loss, optimizer }, carry, []).next()
    expect(end).toEqual({ done: true, value: carry })
    expect(carry.t).toBe(0)
    tree.dispose([params, carry])
  })

  test('leaves, after break, its last carry to its reader, who can go on with it', async () => {
    const params = start()
    const before = alive()
    let last = begin(optimizer, params)
    for await (const { carry } of train({ loss, optimizer }, last, forever())) {
      last = carry
      if (carry.t === 5) break
    }
    expect(last.t).toBe(5)
    for await (const { carry } of train({ loss, optimizer }, last, [1, 2])) last = carry
    expect(last.t).toBe(7)
    expect(values(last.params.w).every(Number.isFinite)).toBe(true)
    tree.dispose(last)
    expect(alive()).toEqual(before)
    tree.dispose(params)
  })

  test('ends the batches when its reader breaks, or the loss throws', async () => {
    const params = start()
    let ended = 0
    function* counted() {
      try {
        while (true) yield 1
      } finally {
        ended += 1
      }
    }
    let last = begin(optimizer, params)
    for await (const { carry } of train({ loss, optimizer }, last, counted())) {
      last = carry
      break
    }
    const broken = () => {
      throw new Error('broken')
    }
    await expect(fit({ loss: broken, optimizer }, last, counted())()).rejects.toThrow('broken')
    expect(ended).toBe(2)
    tree.dispose([params, last])
  })

  test('takes batches that come later', async () => {
    async function* later() {
      for (const batch of [3, 1, 4]) {
        await new Promise((resolve) => setTimeout(resolve, 1))
        yield batch
      }
    }
    const params = start()
    const [now, then] = [await run([3, 1, 4]), await run(later())]
    expect(then).toEqual(now)
    tree.dispose(params)

    async function run(batches: Iterable<number> | AsyncIterable<number>) {
      const result = await fit({ loss, optimizer }, begin(optimizer, params), batches)()
      if (result._tag === 'Left') throw new Error('fit stopped')
      const found = values(result.right.params.w)
      tree.dispose(result.right)
      return found
    }
  })

  test('gives the loss a seed that differs from step to step and is the same for the same seed', async () => {
    const params = start()
    const seedsOf = async (seed: number | undefined, steps: number, from = 0) => {
      const seeds: number[] = []
      const carry = { params, state: {}, t: from }
      const seeing = (p: Params, batch: number, moment: { seed: number; t: number }) => {
        expect(moment.t).toBe(from + seeds.length + 1)
        seeds.push(moment.seed)
        return loss(p, batch)
      }
      const result = await fit({ loss: seeing, optimizer, seed }, carry, new Array<number>(steps).fill(1))()
      if (result._tag === 'Right') tree.dispose(result.right)
      return seeds
    }
    const seeds = await seedsOf(1, 50)
    expect(new Set(seeds).size).toBe(50)
    expect(await seedsOf(1, 50)).toEqual(seeds)
    expect(await seedsOf(1, 5, 45)).toEqual(seeds.slice(45))
    expect((await seedsOf(2, 50)).filter((seed) => seeds.includes(seed))).toEqual([])
    expect(await seedsOf(undefined, 3)).toEqual(await seedsOf(0, 3))
    expect(seeds.every(Number.isInteger)).toBe(true)
    tree.dispose(params)
  })

  test('tells no hyperparameters of an optimizer that is no formula', async () => {
    const params = start()
    for (const optimizer of [opaque(adam()), chain(opaque(clip(1)), adam())]) {
      const { value } = await train({ loss, optimizer }, begin(optimizer as Optimizer, params), [1]).next()
      expect((value as { hyper: unknown }).hyper).toEqual({})
      tree.dispose(value)
    }
    tree.dispose(params)
  })

  test('takes the gradient where the optimizer wants it', async () => {
    const asked: number[] = []
    const ahead: Optimizer<null> = {
      init: () => null,
      update: (state, grad) => [state, tree.map((g: tf.Tensor) => g.mul(-0.1), grad as never) as never],
      probe: (_state, params, gradAt, t) => {
        const grad = gradAt(params)
        asked.push(t)
        const point = tree.add(params, grad)
        tree.dispose(grad)
        return point
      },
    }
    const params = tf.tensor1d([1, 2])
    const before = alive()
    const square = (w: tf.Tensor1D) => w.square().sum() as tf.Scalar
    const result = await fit({ loss: square, optimizer: ahead }, begin(ahead, params), [0, 0])()
    if (result._tag === 'Left') throw new Error('fit stopped')
    // At θ + 2θ the gradient is 6θ, so a step leaves 0.4θ.
    expect(distance(result.right.params, Float64Array.of(0.16, 0.32))).toBeLessThan(1e-6)
    expect(asked).toEqual([1, 2])
    tree.dispose(result.right)
    expect(alive()).toEqual(before)
    tree.dispose(params)
  })

  test('lets others have their turn between steps', async () => {
    const params = start()
    let turns = 0
    const timer = setInterval(() => {
      turns += 1
    }, 0)
    let last = begin(optimizer, params)
    for await (const { carry } of train({ loss, optimizer }, last, forever())) {
      last = carry
      // Were it never given a turn, the timer would not go off however long this runs.
      if (turns >= 3 || carry.t > 100_000) break
    }
    clearInterval(timer)
    expect(turns).toBeGreaterThanOrEqual(3)
    tree.dispose([params, last])
  })
})

describe('fit', () => {
  test('does nothing until it is called', async () => {
    await useBackend()
    const params = start()
    const carry = begin(optimizer, params)
    const run = fit({ loss, optimizer }, carry, [1, 2])
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(carry.t).toBe(0)
    const seen: number[] = []
    const result = await fit({ loss, optimizer }, carry, [1, 2], ({ t }) => seen.push(t))()
    expect(seen).toEqual([1, 2])
    expect(run).toBeTypeOf('function')
    if (result._tag === 'Right') tree.dispose(result.right)
    tree.dispose(params)
  })

  test('whose reader throws ends the batches, and the batch at hand is gone', async () => {
    await useBackend()
    const params = start()
    let ended = false
    function* counted() {
      try {
        while (true) yield 1
      } finally {
        ended = true
      }
    }
    const tired = () => {
      throw new Error('enough')
    }
    await expect(fit({ loss, optimizer }, begin(optimizer, params), counted(), tired)()).rejects.toThrow('enough')
    expect(ended).toBe(true)
    params.w.dispose()
  })

  test('of a spent carry fails with its mistake, not with a failure', async () => {
    await useBackend()
    const params = start()
    const first = begin(optimizer, params)
    const second = advance(optimizer)(first, params)
    await expect(fit({ loss, optimizer }, first, [1])()).rejects.toThrow('this carry was spent by update 1')
    tree.dispose([params, second])
  })
})

function* forever() {
  while (true) yield 1
}
