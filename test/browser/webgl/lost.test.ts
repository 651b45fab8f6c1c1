import * as tf from '@tensorflow/tfjs'
import { adam, advance, begin, elementwise, tree } from 'gradus'
import { expect, test } from 'vitest'
import { lose, restart } from '../context.ts'

test('a step by hand, and a formula, throw on a context that is lost, where tfjs computes zeros', async () => {
  const optimizer = adam()
  const params = { w: tf.tensor1d([1, 2, 3]) }
  const carry = begin(optimizer, params)
  const grads = { w: tf.onesLike(params.w) }
  const half = elementwise((x) => x.div(2))
  lose()
  const said = 'useWebgl: the WebGL context was lost, expected a new one, as in docs/tabs.md'
  expect(() => advance(optimizer)(carry, grads)).toThrow(said)
  expect(() => optimizer.update(carry.state, grads, 1, { params: carry.params })).toThrow(said)
  expect(() => half(params.w)).toThrow(said)
  tree.dispose([params, carry, grads])
  await restart()
  const x = tf.tensor1d([2])
  const y = half(x)
  expect(Array.from(y.dataSync())).toEqual([1])
  tree.dispose([x, y])
})
