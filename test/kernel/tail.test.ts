import * as tf from '@tensorflow/tfjs'
import { adamw, advance, begin, chain, clipByGlobalNorm, type Optimizer, simulate, tree } from 'gradus'
import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../backends.ts'
import { distance } from '../close.ts'
import { everyWord } from '../everyword.ts'
import { asArrays, gaussian, normal } from '../random.ts'

beforeAll(useBackend)

/** Nothing is read or written past an end: loops of sixteen and of four elements, then one by one. */
const lengths = Array.from({ length: 34 }, (_, n) => n)

const steps = 3
const clipped: Optimizer = chain(clipByGlobalNorm(0.5), adamw({ lr: 0.1, weightDecay: 0.1 }))

describe.each([
  ['clipped adamw', clipped],
  ['everyWord', everyWord],
])('%s', (_, optimizer) => {
  test.each(lengths)(
    'is `simulate` on a tensor of length %i, beside neighbours in memory that stay as they are',
    (n) => {
      const next = gaussian(n + 1)
      const neighbours: tf.Tensor[] = []
      const neighbour = () => neighbours.push(tf.fill([1 + (n % 5)], 7))
      const params = { x: normal([n], next), y: normal([n], next) }
      const grads = Array.from({ length: steps }, () => ({ x: normal([n], next), y: normal([n], next) }))
      neighbour()
      let carry = begin(optimizer, params)
      neighbour()
      const observed = grads.map((grad) => ({ grad: asArrays(grad), loss: 1 }))
      let state = optimizer.init(params)
      neighbour()
      let theta = params
      for (const { t, params: expected, delta, state: slots } of simulate(optimizer, asArrays(params), observed)) {
        const grad = grads[t - 1] as typeof params
        const [after, step] = optimizer.update(state, grad, t, { params: theta, loss: 1 })
        expect(distance(step, delta)).toBeLessThan(1e-5)
        expect(distance(after, slots)).toBeLessThan(1e-5)
        const moved = tree.add(theta, step)
        tree.dispose([state, step, theta])
        state = after
        theta = moved
        carry = advance(optimizer)(carry, grad, 1)
        expect(distance(carry.params, expected)).toBeLessThan(1e-5)
        expect(distance(carry.state, slots)).toBeLessThan(1e-5)
        neighbour()
      }
      for (const x of neighbours) expect(Array.from(x.dataSync()).every((value) => value === 7)).toBe(true)
      tree.dispose([carry, state, theta, grads, neighbours])
    },
  )
})
