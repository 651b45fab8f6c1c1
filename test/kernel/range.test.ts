import * as tf from '@tensorflow/tfjs'
import { adam, advance, begin, chain, clip, clipByGlobalNorm, simulate, tree } from 'gradus'
import { beforeAll, expect, test } from 'vitest'
import { useBackend } from '../backends.ts'
import { distance } from '../close.ts'
import { asArrays } from '../random.ts'

beforeAll(useBackend)

/** Gradients whose squares are beyond float32, though they are not, nor is what clipping makes of them. */
const params = () => ({ w: tf.tensor1d([1, 2, 3, 4, 5]), b: tf.scalar(1) })
const exploding = (scale: number) => ({ w: tf.tensor1d([1, -2, 0.3, 0, 1]).mul(scale), b: tf.scalar(-scale) })

test.each([
  ['clipByGlobalNorm', chain(clipByGlobalNorm(1), adam({ lr: 0.1 }))],
  ['clip', chain(clip(1), adam({ lr: 0.1 }))],
])('after %s, an exploding gradient makes the step and the state that it makes in float64', (_, optimizer) => {
  for (const scale of [1, 1e18, 1e19, 1e20, 1e30]) {
    const theta = params()
    const grad = exploding(scale)
    const [meaning] = [...simulate(optimizer, asArrays(theta), [asArrays(grad)])]
    const carry = advance(optimizer)(begin(optimizer, theta), grad)
    expect(distance(carry.params, meaning?.params)).toBeLessThan(1e-6)
    expect(distance(carry.state, meaning?.state)).toBeLessThan(1e-6)
    tree.dispose([theta, grad, carry])
  }
})

test('the norm of a gradient too large or too small to be squared in float32 is right', () => {
  for (const scale of [1e-30, 1e-20, 1, 1e20, 1e30]) {
    const optimizer = clipByGlobalNorm(scale)
    const theta = params()
    const grad = exploding(scale)
    const [, delta] = optimizer.update({}, grad, 1, { params: theta })
    const norm = Math.hypot(1, 2, 0.3, 1, 1) * scale
    const expected = tree.map((x: Float64Array) => x.map((g) => (g * scale) / norm), asArrays(grad))
    expect(distance(delta, expected)).toBeLessThan(1e-6)
    tree.dispose([theta, grad, delta])
  }
})
