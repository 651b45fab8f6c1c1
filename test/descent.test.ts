import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { descents, landscapes, settled } from './descent.ts'
import { optimizers, tensorwise } from './optimizers.ts'

/** What is no optimizer by itself: alone it makes no step, or it does something to that of another. */
const TRANSFORMATIONS = [
  'adaptiveClip',
  'addDecayedWeights',
  'addNoise',
  'centralize',
  'clip',
  'clipByBlockRms',
  'clipByGlobalNorm',
  'clipped adamw',
  'clipped muon',
  'debiasedAverage',
  'everyWord',
  'identity',
  'keepNonnegative',
  'lineSearch',
  'movingAverage',
  'normalize',
  'projectBall',
  'projectBox',
  'projectGlobalBall',
  'projectSimplex',
  'reduceOnPlateau',
  'scale',
  'scaleByAdam',
  'scaleByLbfgs',
  'scaleByLr',
  'scaleByPath',
  'scaleByTrustRatio',
  'trace',
  'untilLoss',
  'zeroNans',
]

beforeAll(async () => {
  await tf.setBackend('cpu')
})

test('every optimizer of the tables that is a whole one is here', () => {
  const whole = Object.keys({ ...optimizers, ...tensorwise }).filter((name) => !TRANSFORMATIONS.includes(name))
  expect(Object.keys(descents)).toEqual(expect.arrayContaining(whole))
})

describe.each(Object.entries(landscapes))('on the %s function', (name, landscape) => {
  test.each(Object.entries(descents))('%s descends within the stated number of steps, and stays', (_, descent) => {
    const [lr, steps, bound = landscape.bound] = descent[name as keyof typeof landscapes]
    const at = settled(descent.make(lr, steps), landscape, bound, steps)
    // A fifth is margin; much earlier is not what was stated either.
    expect(at).toBeLessThanOrEqual(0.9 * steps)
    expect(at).toBeGreaterThan(0.5 * steps)
  })
})
