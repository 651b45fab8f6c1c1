import type * as tf from '@tensorflow/tfjs'
import { advance, begin, type Optimizer, schedule, simulate, tree } from 'gradus'
import { keras } from 'gradus/presets'
import { describe, expect, test } from 'vitest'
import { kerasApart } from '../../src/presets/keras/apart.ts'
import { type KerasOptimizer, kerasOptimizer } from '../../src/presets/keras/optimizer.ts'
import type { Rule } from '../../src/rule/formula.ts'
import { alive, backends } from '../backends.ts'
import { ruler } from '../close.ts'
import file from '../golden/keras-options.json?raw'
import type { Recording } from '../golden/recording.ts'
import { gradientFor, mixed } from '../random.ts'
import { inFloat64, onTensors, presetOf } from './replay.ts'

/** What every optimizer of Keras takes beside its own options, as Keras 3.15.1 did it in float64. */
const { cases } = JSON.parse(file) as { cases: readonly Recording[] }

describe('the options that all have', () => {
  test('are each in a recording', () => {
    const given = new Set(cases.flatMap(({ options }) => Object.keys(options)))
    for (const option of [
      'weight_decay',
      'clipnorm',
      'clipvalue',
      'global_clipnorm',
      'use_ema',
      'ema_overwrite_frequency',
      'loss_scale_factor',
      'gradient_accumulation_steps',
    ])
      expect(given).toContain(option)
  })

  const formulas = cases.filter((recording) => presetOf('keras', recording).rule)

  test.each(formulas.map((recording) => [recording.id, recording] as const))('%s in float64', (_, recording) => {
    expect(inFloat64(presetOf('keras', recording), recording)).toBeLessThan(1e-12)
  })

  test('all but Adafactor and Muon are formulas', () => {
    const others = cases.filter((recording) => !formulas.includes(recording)).map(({ optimizer }) => optimizer)
    expect(new Set(others)).toEqual(new Set(['Adafactor', 'Muon']))
  })

  test.each(backends)('and these on %s', async (_, set) => {
    await set()
    for (const recording of cases) expect(onTensors(presetOf('keras', recording), recording)).toBeLessThan(2e-4)
  })
})

const every: Readonly<Record<string, KerasOptimizer>> = {
  nothing: {},
  decay: { weightDecay: 0.1, excludeFromWeightDecay: '**.bias' },
  clipnorm: { clipnorm: 0.5, lossScaleFactor: 4 },
  accumulation: { gradientAccumulationSteps: 3, globalClipnorm: 0.7, weightDecay: 0.2 },
  average: { useEma: true, emaMomentum: 0.8, emaOverwriteFrequency: 3 },
  all: {
    clipvalue: 0.4,
    weightDecay: schedule.linear({ from: 0.2, over: 10 }),
    lossScaleFactor: 0.5,
    gradientAccumulationSteps: 2,
    useEma: true,
    emaMomentum: 0.7,
    emaOverwriteFrequency: 2,
  },
}

/** θ after some updates, and what is then evaluated; nothing else is left. */
const end = (optimizer: Optimizer) => {
  const params = mixed()
  let carry = begin(optimizer, params)
  for (let t = 1; t <= 13; t++) {
    const grad = gradientFor(params, t)
    carry = advance(optimizer)(carry, grad)
    tree.dispose(grad)
  }
  const read = optimizer.readout?.(carry.state, carry.params) ?? carry.params
  const found = [carry.params, read].map((x) => tree.map((leaf) => (leaf as tf.Tensor).dataSync().slice(), x as never))
  tree.dispose([params, carry, read])
  return found
}

describe.each(backends)('without a formula, on %s', (_, set) => {
  test.each(Object.entries(every))('%s is what it is with one', async (_, options) => {
    await set()
    const learningRate = schedule.linear({ from: 0.1, over: 20 })
    const step = (lr: KerasOptimizer['learningRate']) => keras.lamb({ learningRate: lr, beta1: 0.8 })
    const rule = step(learningRate).rule as Rule
    const unruled = (lr: KerasOptimizer['learningRate']): Optimizer => {
      const { init, update } = step(lr)
      return { init, update }
    }
    const before = alive()
    const formula = end(kerasOptimizer('test', rule, options))
    const apart = end(kerasApart('test', unruled, { ...options, learningRate }))
    expect(ruler()(apart, formula)).toBeLessThan(1e-5)
    expect(alive()).toEqual(before)
  })
})

test('weights that are excluded do not decay', () => {
  const optimizer = keras.adam({ learningRate: 0.1, weightDecay: 0.5, excludeFromWeightDecay: '*.bias' })
  const params = { dense: { kernel: Float64Array.of(1), bias: Float64Array.of(1) } }
  const still = { dense: { kernel: Float64Array.of(0), bias: Float64Array.of(0) } }
  const [after] = [...simulate(optimizer, params, [still])]
  expect(after?.params).toEqual({ dense: { kernel: Float64Array.of(0.95), bias: Float64Array.of(1) } })
})

test('mistakes are named', () => {
  expect(() => keras.adam({ clipnorm: 1, clipvalue: 1 })).toThrow(
    'keras.adam: clipnorm and clipvalue are both given, expected one way to clip',
  )
  expect(() => keras.adam({ gradientAccumulationSteps: 1 })).toThrow(
    'keras.adam: gradientAccumulationSteps is 1, expected a whole number ≥ 2',
  )
  expect(() => keras.adam({ useEma: true, emaMomentum: 2 })).toThrow(
    'keras.adam: emaMomentum is 2, expected 0 ≤ emaMomentum ≤ 1',
  )
  expect(() => keras.adam({ useEma: true, emaOverwriteFrequency: 1.5 })).toThrow(
    'keras.adam: emaOverwriteFrequency is 1.5, expected a whole number ≥ 1, or null',
  )
  expect(() => keras.adam({ useEma: 1 as never })).toThrow('keras.adam: useEma is 1, expected true or false')
  expect(() => keras.adam({ weightDecay: -1 })).toThrow('keras.adam: weightDecay is -1, expected 0 ≤ weightDecay < ∞')
  expect(keras.adam({ clipnorm: 0, clipvalue: null, weightDecay: null }).rule?.hyper).not.toHaveProperty('clipnorm')
})
