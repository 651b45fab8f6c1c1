import * as tf from '@tensorflow/tfjs'
import { adam, batches, begin, type Carry, fit, train, tree } from 'gradus'
import { beforeEach, describe, expect, test } from 'vitest'
import { alive, backends } from '../backends.ts'

const STEPS = 20
const PAUSE = 7
const optimizer = adam({ lr: 0.1 })
const data = Array.from({ length: 10 }, (_, i) => i)
const start = () => ({ w: tf.tensor1d([1, 2, 3]) })
type Params = ReturnType<typeof start>

/** Noise as from dropout: a step depends on its seed too. */
const loss = ({ w }: Params, batch: readonly number[], { seed }: { seed: number }) =>
  w
    .sub(batch[0] as number)
    .add((seed % 97) / 97)
    .square()
    .sum() as tf.Scalar
const training = { loss, optimizer, seed: 3 }
const source = (epochs: number, after = 0) => batches(data, { size: 3, seed: 5, epochs, after })

const end = (carry: Carry<Params>) => {
  const found = { t: carry.t, numbers: tree.tensors(carry).map((x) => Array.from(x.dataSync())) }
  tree.dispose(carry)
  return found
}

const straight = async (params: Params) => {
  const result = await fit(training, begin(optimizer, params), source(STEPS / 4))()
  if (result._tag === 'Left') throw new Error('fit stopped')
  return end(result.right)
}

const later = () => new Promise((resolve) => setTimeout(resolve, 30))

describe.each(backends)('on %s, a run', (_, set) => {
  beforeEach(set)

  test('pauses as long as its reader asks for no more, and goes on as if it had not', async () => {
    const params = start()
    const before = alive()
    let last = begin(optimizer, params)
    for await (const { t, carry } of train(training, last, source(STEPS / 4))) {
      last = carry
      if (t !== PAUSE) continue
      const [at, paused] = [carry.params.w.dataSync().slice(), alive()]
      await later()
      expect(carry.t).toBe(PAUSE)
      expect(carry.params.w.dataSync()).toEqual(at)
      expect(alive()).toEqual(paused)
    }
    expect(end(last)).toEqual(await straight(params))
    expect(alive()).toEqual(before)
    tree.dispose(params)
  })

  test('of fit pauses until what its reader promised is there', async () => {
    const params = start()
    const told: number[] = []
    let paused = false
    const result = await fit(training, begin(optimizer, params), source(STEPS / 4), async ({ t }) => {
      expect(paused).toBe(false)
      told.push(t)
      if (t !== PAUSE) return
      paused = true
      await later()
      paused = false
    })()
    if (result._tag === 'Left') throw new Error('fit stopped')
    expect(told).toEqual(Array.from({ length: STEPS }, (_, i) => i + 1))
    expect(end(result.right)).toEqual(await straight(params))
    tree.dispose(params)
  })

  test('that was left goes on where it was, with the batches after those that it had', async () => {
    const params = start()
    const before = alive()
    let last = begin(optimizer, params)
    for await (const { t, carry } of train(training, last, source(STEPS / 4))) {
      last = carry
      if (t === PAUSE) break
    }
    for await (const { carry } of train(training, last, source(STEPS / 4, last.t))) last = carry
    expect(end(last)).toEqual(await straight(params))
    expect(alive()).toEqual(before)
    tree.dispose(params)
  })

  test('ends when its signal aborts: after the step at hand, with its last carry, and its batches end', async () => {
    const params = start()
    const before = alive()
    const stop = new AbortController()
    let ended = false
    function* counted() {
      try {
        yield* source(STEPS / 4)
      } finally {
        ended = true
      }
    }
    const result = await fit({ ...training, signal: stop.signal }, begin(optimizer, params), counted(), ({ t }) => {
      if (t === PAUSE) stop.abort()
    })()
    if (result._tag === 'Left') throw new Error('fit stopped')
    expect(result.right.t).toBe(PAUSE)
    expect(ended).toBe(true)
    const rest = await fit(training, result.right, source(STEPS / 4, PAUSE))()
    if (rest._tag === 'Left') throw new Error('fit stopped')
    expect(end(rest.right)).toEqual(await straight(params))
    expect(alive()).toEqual(before)
    tree.dispose(params)
  })

  test('whose signal has aborted makes no step', async () => {
    const params = start()
    const carry = begin(optimizer, params)
    const result = await fit({ ...training, signal: AbortSignal.abort() }, carry, source(1))()
    expect(result).toEqual({ _tag: 'Right', right: carry })
    expect(carry.t).toBe(0)
    tree.dispose([params, carry])
  })

  test.each([0, -1, 1.5, Number.NaN])('refuses to keep a copy every %s steps', async (keepEvery) => {
    const params = start()
    const carry = begin(optimizer, params)
    await expect(fit({ ...training, keepEvery }, carry, source(1))()).rejects.toThrow(
      `train: keepEvery is ${keepEvery}, expected a whole number from 1, or Infinity`,
    )
    tree.dispose([params, carry])
  })
})
