import { built } from '../../built.js'
import { adafactor as factored } from '../../optimizer/adafactor.js'
import type { Hyper } from '../../schedule/schedule.js'
import { bounded, negated } from '../adafactor.js'
import { flag } from '../option.js'
import { kerasApart } from './apart.js'
import { type KerasOptimizer, kerasKinds } from './optimizer.js'

interface Adafactor extends KerasOptimizer {
  /** The exponent of t in 1 − t^beta2Decay. */
  readonly beta2Decay?: Hyper
  readonly epsilon1?: Hyper
  readonly epsilon2?: Hyper
  readonly clipThreshold?: Hyper
  /** Without effect, in Keras too. */
  readonly relativeStep?: boolean
}

/**
 * Keras 3.15.1's `Adafactor`, https://keras.io/api/optimizers/adafactor/: ours with the rate min(learningRate, 1/√t), be
 * `relativeStep` true or false.
 */
export const adafactor = built(
  'keras.adafactor',
  [
    {
      ...kerasKinds,
      beta2Decay: 'hyper',
      epsilon1: 'hyper',
      epsilon2: 'hyper',
      clipThreshold: 'hyper',
      relativeStep: 'flag',
    },
  ],
  ({
    learningRate = 0.001,
    beta2Decay = -0.8,
    epsilon1: eps1 = 1e-30,
    epsilon2: eps2 = 1e-3,
    clipThreshold: clip = 1,
    relativeStep = true,
    ...options
  }: Adafactor = {}) => {
    flag('keras.adafactor', { relativeStep })
    const decay = negated(beta2Decay)
    return kerasApart('keras.adafactor', (rate) => factored({ lr: bounded(rate), decay, eps1, eps2, clip }), {
      ...options,
      learningRate,
    })
  },
)
