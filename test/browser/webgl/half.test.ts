import * as tf from '@tensorflow/tfjs'
import { adam, advance, begin, momentum, sgd, tree } from 'gradus'
import { useWebgl } from 'gradus/webgl'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { disagreement } from '../../kernel/agreement.ts'
import { restart } from '../context.ts'

const warn = vi.spyOn(console, 'warn')

/** A back end of its own, on a device that has float32 textures or, as some have, none. */
const onDevice = async (float32: boolean): Promise<void> => {
  tf.env().set('WEBGL_RENDER_FLOAT32_ENABLED', float32)
  await restart()
  await useWebgl()
}

beforeAll(async () => {
  await onDevice(false)
  await useWebgl()
})
afterAll(() => onDevice(true))

test('without float32 textures, one line says what that means, once', () => {
  const lines = warn.mock.calls.map(([line]) => String(line)).filter((line) => line.startsWith('useWebgl'))
  expect(lines).toEqual([expect.stringMatching(/^useWebgl: this device draws in float16, expected float32: [^\n]*$/)])
})

test.each(Object.entries({ sgd: sgd({ lr: 0.05 }), momentum: momentum({ lr: 0.01 }), adam: adam({ lr: 0.01 }) }))(
  '%s keeps its way to a hundredth, and no better, over 100 steps',
  (_, optimizer) => {
    const { params } = disagreement(optimizer, 100)
    expect(params).toBeLessThan(0.01)
    expect(params).toBeGreaterThan(1e-4)
  },
)

test('squares of small gradients are 0', () => {
  const optimizer = adam({ lr: 0.01 })
  const params = tf.ones([300])
  const grads = tf.fill([300], 1e-4)
  const carry = advance(optimizer)(begin(optimizer, params), grads)
  expect((carry.state.v as tf.Tensor).dataSync()[0]).toBe(0)
  tree.dispose([carry, params, grads])
})
