import * as tf from '@tensorflow/tfjs'
import { adam, begin, type Carry, fit, type Training, tree } from 'gradus'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

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

const context = () => (tf.backend() as unknown as { gpgpu: { gl: WebGL2RenderingContext } }).gpgpu.gl
const lose = () => (context().getExtension('WEBGL_lose_context') as WEBGL_lose_context).loseContext()
const numbers = (carry: Carry<Params>) => tree.tensors([carry.params, carry.state]).map((x) => Array.from(x.dataSync()))

const factory = tf.findBackendFactory('webgl')
/** A back end with a context of its own. */
const restart = async () => {
  tf.removeBackend('webgl')
  tf.registerBackend('webgl', factory, 2)
  await tf.setBackend('webgl')
}

let params: Params
let before: number

beforeEach(async () => {
  await restart()
  params = start()
  before = tf.memory().numTensors
})

afterEach(() => tree.dispose(params))

const run = async (
  more: Partial<Training<Params, number, unknown>>,
  steps: number,
  reader?: (t: number) => unknown,
) => {
  const seen: unknown[] = [numbers(begin(optimizer, params))]
  const training = { loss: lossAt, optimizer, keepEvery: 4, ...more }
  const batches = Array.from({ length: steps }, (_, i) => i)
  const result = await fit(training, begin(optimizer, params), batches, ({ t, carry }) => {
    seen.push(numbers(carry))
    return reader?.(t)
  })()
  return { result, seen }
}

describe('a lost WebGL context', () => {
  test.each([
    [
      'in the middle of a step, so that the loss is never there to read',
      (p: Params, batch: number) => {
        const value = lossAt(p, batch)
        if (batch === 6) lose()
        return value
      },
      undefined,
    ],
    [
      'at the beginning of a step, which computes zeros',
      (p: Params, batch: number) => {
        if (batch === 6) lose()
        return lossAt(p, batch)
      },
      undefined,
    ],
    ['between steps', lossAt, (t: number) => t === 6 && lose()],
  ] as const)('%s, is a failure that says so, with a carry of before', async (_, loss, reader) => {
    const { result, seen } = await run({ loss }, 20, reader)
    if (result._tag === 'Right') throw new Error('fit went on')
    expect(context().isContextLost()).toBe(true)
    const { carry, ...failure } = result.left
    expect(failure).toEqual({ _tag: 'ContextLost', t: 7, kept: 4 })
    expect(carry.t).toBe(4)
    expect(numbers(carry)).toEqual(seen[4])
    // θ, m and v of two leaves.
    expect(tf.memory().numTensors - before).toBe(tree.tensors(carry).length)
    tree.dispose(carry)
  })
})
