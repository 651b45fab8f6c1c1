import * as tf from '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-wasm'
import { useWasm } from 'gradus/wasm'
import { beforeAll, describe, expect, test } from 'vitest'
import { GRADIENTS, installGradients } from '../../src/autodiff/gradients.ts'
import { CALLS } from '../bench/kernels.ts'
import { registry } from './registry.ts'

type Kernels = ReadonlyMap<string, tf.KernelConfig>
const kernelsOf = (backend: string): Kernels =>
  new Map(tf.getKernelsForBackend(backend).map((kernel) => [kernel.kernelName, kernel]))

/** What tfjs has before anything of ours is there: kernels on WASM, and operations with a gradient. */
const own = kernelsOf('wasm')
const stock = Object.keys(registry).filter((name) => tf.getGradient(name))
await useWasm({ kernels: false })
/** tfjs's: gradus has kernels of its own, for optimizers and formulas, under names of its own. */
const kernels = [...kernelsOf('cpu').keys(), ...kernelsOf('wasm').keys()].filter((name) => !/^gradus/i.test(name))

/** It fails without a scale, which is not a matter of its gradient function. */
const BY_THE_TAPE = ['FusedBatchNorm']

describe('the table', () => {
  test('has every kernel of the registry, and every one that has a gradient', () => {
    const ours = GRADIENTS.map(({ kernelName }) => kernelName).filter((name) => !name.endsWith('__op'))
    expect(new Set(kernels).size).toBeGreaterThan(170)
    expect([...kernels, ...ours].filter((name) => !(name in registry))).toEqual([])
  })

  test.each(Object.entries(registry))('says one thing of %s', (name, { calls, none, missing, mended }) => {
    expect([calls.length > 0, none !== undefined, missing !== undefined].filter(Boolean)).toHaveLength(1)
    const configs = GRADIENTS.filter(({ kernelName }) => kernelName === name)
    expect(configs.length).toBeLessThanOrEqual(1)
    const replaced = configs.length === 1 && stock.includes(name)
    expect(mended !== undefined).toBe(replaced || BY_THE_TAPE.includes(name))
    if (missing) expect(configs).toEqual([])
  })

  test('is installed once, whatever was there', () => {
    const [config] = GRADIENTS
    installGradients()
    expect(tf.getGradient(config?.kernelName as string)).toBe(config)
    const { gradients } = tf.engine()
    installGradients()
    expect(tf.engine().gradients).toBe(gradients)
  })
})

/** Those that tfjs lacks on WASM. */
const LACKED = [
  'Conv2DBackpropFilter',
  'DepthwiseConv2dNativeBackpropFilter',
  'DepthwiseConv2dNativeBackpropInput',
  'Einsum',
  'UnsortedSegmentSum',
]
/** What takes the place of tfjs's own is timed against it. */
const REPLACED = Object.keys(CALLS)

beforeAll(() => useWasm({ kernels: false }))

describe('kernels for WASM', () => {
  test('come with useWasm, and go without a trace', async () => {
    for (const name of LACKED) expect(own.has(name)).toBe(false)
    await useWasm()
    await useWasm()
    const installed = kernelsOf('wasm')
    for (const name of LACKED) expect(installed.has(name)).toBe(true)
    for (const name of REPLACED) expect(installed.get(name)).not.toBe(own.get(name))
    for (const [name, kernel] of own) if (!REPLACED.includes(name)) expect(installed.get(name)).toBe(kernel)
    await useWasm({ kernels: false })
    await useWasm({ kernels: false })
    const step = ['GradusElementwise', 'GradusStep'].filter((name) => kernelsOf('wasm').has(name))
    expect(new Set(kernelsOf('wasm').keys())).toEqual(new Set([...own.keys(), ...step]))
    for (const [name, kernel] of own) expect(kernelsOf('wasm').get(name)).toBe(kernel)
    await useWasm()
    expect(kernelsOf('wasm')).toEqual(installed)
  })
})
