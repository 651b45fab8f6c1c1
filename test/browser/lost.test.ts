import * as tf from '@tensorflow/tfjs'
import { adam, begin, type Carry, fit, type Optimizer, show, train, tree } from 'gradus'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { context, lose, restart } from './context.ts'

/** What becomes of a run on WebGL when the browser takes the context. */
const optimizer = adam({ lr: 0.1 })
const start = () => ({ w: tf.tensor1d([1, 2, 3]), deep: [{ b: tf.scalar(5) }] })
type Params = ReturnType<typeof start>
const lossAt = ({ w, deep }: Params, batch: number) =>
  w
    .sub(batch)
    .square()
    .sum()
    .add(deep[0]?.b.square() as tf.Tensor) as tf.Scalar

const numbers = (carry: Carry<Params>) => tree.tensors([carry.params, carry.state]).map((x) => Array.from(x.dataSync()))

let params: Params
let before: number

beforeEach(async () => {
  await restart()
  params = start()
  before = tf.memory().numTensors
})

afterEach(() => {
  expect(tf.memory().numTensors).toBe(before)
  tree.dispose(params)
})

const STEPS = 10
const LOST = 7
const KEPT = 4
const training = { loss: lossAt, optimizer, keepEvery: KEPT }
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i)

/** The numbers of the carry at the beginning and after each step of `fit`, and how it ended. */
const run = async (
  given: Carry<Params>,
  {
    loss = lossAt,
    by = optimizer as Optimizer,
    batches = upTo(STEPS) as Iterable<number>,
    after = (_: number): unknown => undefined,
  },
) => {
  const seen = [numbers(given)]
  const result = await fit({ ...training, loss, optimizer: by }, given, batches, ({ t, carry }) => {
    seen.push(numbers(carry))
    return after(t)
  })()
  return { result, seen }
}

const straight = async () => {
  const { result, seen } = await run(begin(optimizer, params), {})
  if (result._tag === 'Left') throw new Error(show(result.left))
  tree.dispose(result.right)
  return seen
}

const stopped = async (...given: Parameters<typeof run>) => {
  const { result, seen } = await run(...given)
  if (result._tag === 'Right') throw new Error('fit went on')
  expect(context().isContextLost()).toBe(true)
  // Its reader has heard of no step that was lost.
  expect(seen).toHaveLength(result.left.t)
  return result.left
}

/** What it does when it is asked for the batch of the step that is lost. */
function* losing(then: () => void = () => {}) {
  for (const batch of upTo(STEPS)) {
    if (batch === LOST - 1) {
      lose()
      then()
    }
    yield batch
  }
}

describe('a WebGL context that is lost', () => {
  const losingIn = (order: 'before' | 'after') => (p: Params, batch: number) => {
    if (batch === LOST - 1 && order === 'before') lose()
    const value = lossAt(p, batch)
    if (batch === LOST - 1 && order === 'after') lose()
    return value
  }
  const losingUpdate: Optimizer = {
    init: optimizer.init,
    update: (state, grad, t, at) => {
      if (t === LOST) lose()
      return optimizer.update(state as never, grad, t, at)
    },
  }
  const failing = () => {
    throw new Error('no texture')
  }

  test.each([
    ['in a step, so that its loss is never there to read', { loss: losingIn('after') }],
    ['before a step, which computes zeros', { loss: losingIn('before') }],
    ['in an update', { by: losingUpdate }],
    ['before an operation that throws', { batches: losing(failing) }],
    ['while a batch is made', { batches: losing() }],
    ['between steps', { after: (t: number) => t === LOST - 1 && lose() }],
    ['after the last step', { batches: upTo(LOST - 1), after: (t: number) => t === LOST - 1 && lose() }],
  ] as const)('%s, ends a run with a failure that says so, and a carry of before', async (_, how) => {
    const seen = await straight()
    const { carry, ...failure } = await stopped(begin(optimizer, params), how)
    expect(failure).toEqual({ _tag: 'ContextLost', t: LOST, kept: KEPT })
    expect(carry.t).toBe(KEPT)
    expect(numbers(carry)).toEqual(seen[KEPT])
    expect(tf.memory().numTensors - before).toBe(tree.tensors(carry).length)
    tree.dispose(carry)
  })

  test('does not end the run, which goes on with that carry: on a new context bit by bit as if nothing had been', async () => {
    const seen = await straight()
    const { carry } = await stopped(begin(optimizer, params), { batches: losing() })
    await restart()
    const { result, seen: rest } = await run(carry, { batches: upTo(STEPS).slice(KEPT) })
    if (result._tag === 'Left') throw new Error(show(result.left))
    expect([...seen.slice(0, KEPT), ...rest]).toEqual(seen)
    tree.dispose([carry, result.right])
  })

  test('leaves a carry that goes on on another back end', async () => {
    const seen = await straight()
    const { carry } = await stopped(begin(optimizer, params), { batches: losing() })
    await tf.setBackend('cpu')
    const { result, seen: rest } = await run(carry, { batches: upTo(STEPS).slice(KEPT) })
    if (result._tag === 'Left') throw new Error(show(result.left))
    for (const [i, leaf] of (rest.at(-1) ?? []).entries())
      for (const [j, x] of leaf.entries()) expect(x).toBeCloseTo(seen.at(-1)?.[i]?.[j] as number, 4)
    tree.dispose([carry, result.right])
  })

  test('before the first step leaves the carry as it began', async () => {
    const carry = begin(optimizer, params)
    const began = numbers(carry)
    const failure = await stopped(carry, { batches: [1], loss: losingAtOnce })
    expect(failure).toMatchObject({ _tag: 'ContextLost', t: 1, kept: 0 })
    expect(numbers(failure.carry)).toEqual(began)
    tree.dispose(failure.carry)

    function losingAtOnce(p: Params, batch: number) {
      lose()
      return lossAt(p, batch)
    }
  })

  test('leaves a carry of your own to you', async () => {
    const yours = { params, state: optimizer.init(params), t: 0 }
    const failure = await stopped(yours, { batches: losing() })
    expect(failure.carry).not.toBe(yours)
    expect(tree.tensors(yours).some((x) => x.isDisposed)).toBe(false)
    tree.dispose([failure.carry, yours.state])
  })
})

test('on WebGL, no copy is left of a run that ends, nor of one that its reader left', async () => {
  await straight()
  const owned = tf.memory().numTensors
  let last = begin(optimizer, params)
  for await (const { t, carry } of train(training, last, upTo(STEPS))) {
    last = carry
    if (t === LOST) break
  }
  expect(tf.memory().numTensors - owned).toBe(tree.tensors(last).length)
  tree.dispose(last)
})
