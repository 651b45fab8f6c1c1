import * as gradus from 'gradus'
import { keras, optax, tfjs, torch } from 'gradus/presets'
import { beforeAll, describe, expect, test } from 'vitest'
import { bounded } from '../../laws/claim/bounded.ts'
import { scaleFree } from '../../laws/claim/claims.ts'
import { effectiveRate } from '../../laws/claim/effectiverate.ts'
import { adadelta } from '../../laws/family/adadelta.ts'
import { adagrad } from '../../laws/family/adagrad.ts'
import { type AdamOptions, adam, adamBound } from '../../laws/family/adam.ts'
import { adamax, adamaxBound } from '../../laws/family/adamax.ts'
import { amsgrad } from '../../laws/family/amsgrad.ts'
import { radam } from '../../laws/family/radam.ts'
import { reddi } from '../../laws/family/reddi.ts'
import { rmsprop } from '../../laws/family/rmsprop.ts'
import { rmspropCentered } from '../../laws/family/rmspropcentered.ts'
import type { Law } from '../../laws/law.ts'
import { Refuted } from '../../laws/refuted.ts'
import { often, useBackend } from '../backends.ts'
import { held } from './held/adaptive.ts'
import * as sound from './sound.ts'

beforeAll(useBackend)

describe.each(Object.entries(held))('%s', (_, laws) => {
  for (const law of laws) test(law.name, () => law.assert(often))
})

/** What mutants are made of, without what is wrong. */
describe.each([
  ['Adam', adam(sound.adam())],
  ['Adam over tensors', adam(sound.adamOverTensors())],
  ['AdaMax', adamax(sound.adamax())],
  ['AMSGrad', amsgrad(sound.amsgrad())],
  ['Adagrad', adagrad(sound.adagrad())],
  ['RMSprop', rmsprop(sound.rmsprop())],
  ['Adadelta', adadelta(sound.adadelta())],
  ['RAdam', radam(sound.radam())],
])('%s, written by somebody else', (_, laws) => {
  for (const law of laws) test(law.name, () => law.assert(often))
})

describe('bounds', () => {
  test('of Adam and AdaMax go to 7.27 and 1.0091 times lr at their default betas', () => {
    const options = { lr: 1, b1: 0.9, b2: 0.999 }
    expect(adamBound(options, 1)).toBeCloseTo(1, 12)
    expect(adamaxBound(options, 1)).toBeCloseTo(1, 12)
    expect(adamBound(options, 20_000)).toBeCloseTo((0.1 / Math.sqrt(0.001)) * Math.sqrt(1 / (1 - 0.81 / 0.999)), 6)
    expect(adamBound(options, 20_000)).toBeCloseTo(7.27, 2)
    expect(adamaxBound(options, 20_000)).toBeCloseTo(1.0091, 4)
  })

  test('of Adam where β₁² = β₂ grows like √t', () => {
    const at = (t: number) => adamBound({ lr: 1, b1: 0.5, b2: 0.25 }, t)
    expect(at(40)).toBeCloseTo((0.5 / Math.sqrt(0.75)) * Math.sqrt(40), 9)
  })
})

type Options = AdamOptions
const betas = ({ lr, b1, b2, eps }: Options) => ({ lr, betas: [b1, b2] as const, eps })
const beta1 = ({ lr, b1, b2, eps }: Options) => ({ learningRate: lr, beta1: b1, beta2: b2, epsilon: eps })
const centered = true

const [RATIO, EPSILON, CONSTANT] = [
  'Adam is a ratio of weighted means',
  'where the ε of Adam stands',
  'Adam at a constant gradient',
]
const [WITHIN, REACHED, SIGN] = [
  'Adam within its sharp bound',
  'Adam reaches its sharp bound',
  'Adam without memory takes the sign',
]
const [MOST, RATE, REDDI] = [
  'AMSGrad divides by the largest mean of squares',
  'the rate of AMSGrad never rises',
  'to the right end of Reddi, Kale and Kumar',
]
const VARIANCE = 'centered RMSprop has a variance'
const EFFECTIVE = 'the effective rate never rises'
const sharp = (t: number) => adamBound({ lr: 1, b1: 0.9, b2: 0.999 }, t)

/** Who is near, and what it does not obey: these laws of the list, and no other. */
const NEIGHBOURS: Readonly<Record<string, readonly [laws: readonly Law[], ...refuted: string[]]>> = {
  'Keras’s Adam, its ε uncorrected': [adam((options) => keras.adam(beta1(options))), EPSILON, CONSTANT],
  'Optax’s Adam, its ε under the root': [
    adam(({ lr, eps, ...options }) => optax.adam({ learningRate: lr, eps: 0, epsRoot: eps, ...options })),
    EPSILON,
    CONSTANT,
    'the ε of Adam has the unit of a gradient',
  ],
  'NAdam for Adam': [adam(gradus.nadam), RATIO, EPSILON, CONSTANT, WITHIN, REACHED],
  'AMSGrad for Adam': [adam(gradus.amsgrad), RATIO, EPSILON, REACHED, SIGN],
  'Adam for AMSGrad': [amsgrad(gradus.adam), MOST, RATE, REDDI],
  'PyTorch’s AMSGrad': [amsgrad((options) => torch.adam({ ...betas(options), amsgrad: true })), MOST, RATE],
  'Keras’s AMSGrad': [
    amsgrad((options) => keras.adam({ ...beta1(options), amsgrad: true })),
    MOST,
    RATE,
    'AMSGrad is Adam while gradients grow',
  ],
  'PyTorch’s Adagrad for ours': [adagrad(torch.adagrad), 'where the ε of Adagrad stands'],
  'TensorFlow.js’s Adadelta': [
    adadelta(({ lr, rho, eps }) => tfjs.adadelta({ learningRate: lr, rho, epsilon: eps })),
    'Adadelta is a ratio of root mean squares',
  ],
  'PyTorch’s RAdam for ours': [radam((options) => torch.radam(betas(options))), 'RAdam rectifies'],
  'our RAdam for PyTorch’s': [radam(gradus.radam, { threshold: 5 }), 'RAdam waits as momentum'],
  'PyTorch’s centered RMSprop': [
    rmspropCentered((options) => torch.rmsprop({ ...options, centered }), { eps: 'outside' }),
    VARIANCE,
  ],
  'Keras’s centered RMSprop': [
    rmspropCentered(({ lr, alpha, eps }) => keras.rmsprop({ learningRate: lr, rho: alpha, epsilon: eps, centered })),
    VARIANCE,
  ],
  'Optax’s centered RMSprop': [
    rmspropCentered(({ lr, alpha, eps }) => optax.rmsprop({ learningRate: lr, decay: alpha, eps, centered })),
    VARIANCE,
  ],
  'TensorFlow.js’s centered RMSprop': [
    rmspropCentered(({ lr, alpha, eps }) => tfjs.rmsprop({ learningRate: lr, decay: alpha, epsilon: eps, centered })),
    VARIANCE,
    'centered RMSprop divides by the standard deviation',
  ],
  'Adam that forgets at once': [reddi(gradus.adam), REDDI],
  'Adam that remembers for long': [reddi(({ lr }) => gradus.adam({ lr, b1: 0 }))],
  'RMSprop that forgets at once': [reddi(({ lr, b2 }) => gradus.rmsprop({ lr, alpha: b2 })), REDDI],
  'AdaMax that forgets at once': [reddi(gradus.adamax), REDDI],
  'sign descent': [[...reddi(gradus.signSgd), ...effectiveRate(gradus.signSgd({ lr: 1 }))], REDDI, EFFECTIVE],
  RMSprop: [effectiveRate(gradus.rmsprop({ lr: 1 })), EFFECTIVE],
  'the root mean square': [effectiveRate(gradus.rootMeanSquare({ lr: 1 })), EFFECTIVE],
  'Adam under a bound that is too low': [
    bounded(gradus.adam({ lr: 1 }), (t) => (t < 100 ? 1 : 0.999) * sharp(t)),
    'within its bound when gradients grow after a long quiet',
  ],
  'RAdam for one that is scale-free': [scaleFree(gradus.radam({ lr: 1, eps: 0 })), 'scale-free'],
  'Yogi for one that is scale-free': [scaleFree(gradus.yogi({ lr: 1, eps: 0 })), 'scale-free'],
}

describe.each(Object.entries(NEIGHBOURS))('%s', (_, [laws, ...names]) => {
  for (const law of laws)
    test(`${names.includes(law.name) ? 'does not obey' : 'obeys'}: ${law.name}`, () => {
      if (names.includes(law.name)) expect(() => law.assert()).toThrow(Refuted)
      else law.assert()
    })
  test('all that is refuted is in the list', () =>
    expect(laws.map(({ name }) => name)).toEqual(expect.arrayContaining([...names])))
})
