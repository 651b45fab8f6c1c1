import * as gradus from 'gradus'
import { chain, type Optimizer } from 'gradus'
import { keras, optax } from 'gradus/presets'
import { beforeAll, describe, expect, test } from 'vitest'
import { singularValues } from '../../laws/arithmetic/singular.ts'
import { distanceFromBelow, monotone } from '../../laws/claim/monotone.ts'
import { dog, dowg } from '../../laws/family/distance.ts'
import { lamb } from '../../laws/family/lamb.ts'
import { lars } from '../../laws/family/lars.ts'
import { orthogonal } from '../../laws/family/orthogonal.ts'
import { fromage, trustRatio } from '../../laws/family/trust.ts'
import type { Law } from '../../laws/law.ts'
import { Refuted } from '../../laws/refuted.ts'
import { accumulation, summing } from '../../laws/wrapper/accumulation.ts'
import { averageEma, averageSwa } from '../../laws/wrapper/average.ts'
import { clipByNorm, clipByRms, clipByValue } from '../../laws/wrapper/clip.ts'
import { lookahead } from '../../laws/wrapper/lookahead.ts'
import { freeze, masked, partition } from '../../laws/wrapper/parts.ts'
import { ball, box, projection } from '../../laws/wrapper/project.ts'
import { skipping } from '../../laws/wrapper/skip.ts'
import { often, useBackend } from '../backends.ts'
import { held } from './held/wrappers.ts'
import * as norms from './soundnorms.ts'
import * as wrappers from './soundwrappers.ts'

beforeAll(useBackend)

describe.each(Object.entries(held))('%s', (_, list) => {
  for (const law of list) test(law.name, () => law.assert(often))
})

/** Without its formula: the same over tensors, in float32. */
const plain = <S>({ init, update, readout }: Optimizer<S>): Optimizer<S> => ({
  init,
  update,
  ...(readout && { readout }),
})

/** What is held to the laws beside the catalogue: what mutants are made of, and what is no formula. */
const sound: Readonly<Record<string, readonly Law[]>> = {
  lamb: lamb(norms.lamb()),
  'lamb over tensors': lamb((options) => plain(gradus.lamb(options))),
  lars: lars(norms.lars()),
  'lars over tensors': lars((options) => plain(gradus.lars(options))),
  'a trust ratio over tensors': trustRatio((options) => plain(gradus.scaleByTrustRatio(options))),
  'fromage over tensors': fromage((options) => plain(gradus.fromage(options))),
  muon: orthogonal(norms.muon()),
  'clipping by norm over tensors': clipByNorm((limit) => plain(gradus.clipByGlobalNorm(limit))),
  'clipping by rms over tensors': clipByRms((limit) => plain(gradus.clipByBlockRms(limit))),
  'clipping over tensors': clipByValue((limit) => plain(gradus.clip(limit))),
  'a projection over tensors': projection(plain(gradus.projectBall({ radius: 3 })), ball({ radius: 3 })),
  accumulation: accumulation(wrappers.accumulation()),
  'accumulation over tensors': accumulation((k, inner) => gradus.every(k, plain(inner))),
  'a sum of steps over tensors': summing((k) => plain(gradus.applyEvery(k))),
  lookahead: lookahead(wrappers.lookahead()),
  'lookahead over tensors': lookahead((options, inner) => plain(chain(inner, gradus.lookahead(options)))),
  'a moving average': averageEma(wrappers.averageEma()),
  'a moving average over tensors': averageEma((options) => plain(gradus.averageEma(options))),
  'a mean': averageSwa(wrappers.averageSwa()),
  'a mean over tensors': averageSwa((options) => plain(gradus.averageSwa(options))),
  'freezing over tensors': freeze((where, inner) => gradus.freeze(where, plain(inner))),
  masked: masked(wrappers.masked()),
  'masked over tensors': masked((where, inner) => gradus.masked(where, plain(inner))),
  partition: partition(wrappers.partition()),
  skipping: skipping(wrappers.skipping()),
  'skipping over tensors': skipping((inner) => gradus.skipNonFinite(plain(inner))),
  dog: dog(wrappers.dog()),
  'dog over tensors': dog((options) => plain(gradus.dog(options))),
  'dowg over tensors': dowg((options) => plain(gradus.dowg(options))),
  prodigy: [...monotone(wrappers.prodigy(), 'd'), ...distanceFromBelow(wrappers.prodigy(), 'd')],
}

describe.each(Object.entries(sound))('%s, as somebody else writes it', (_, list) => {
  for (const law of list) test(law.name, () => law.assert(often))
})

/** What is sound, and something else: each with the laws that tell. */
const neighbours: Readonly<Record<string, readonly [readonly Law[], ...names: readonly string[]]>> = {
  'AdamW is not LAMB': [lamb(gradus.adamw), 'as long as lr times the tensor', 'LAMB goes where AdamW goes'],
  'LAMB is not LARS': [
    lars(({ trust: _, beta, ...options }) => gradus.lamb({ ...options, b1: beta })),
    'as long as lr · trust times the tensor',
    'LARS sums up its steps',
  ],
  'momentum is not LARS': [
    lars(({ lr, beta }) => gradus.momentum({ lr, beta })),
    'as long as lr · trust times the tensor',
    'no longer with decay',
    'along the gradient and the decay',
    'LARS sums up its steps',
  ],
  'normalized gradients are no trust ratio': [
    trustRatio(() => gradus.normalize()),
    'as long as trust times the tensor',
    'a tensor of zeros gets its gradient',
  ],
  'LAMB is not Fromage': [
    fromage(({ lr }) => gradus.lamb({ lr, weightDecay: 0 })),
    'a relative step of lr',
    'no growth by turning',
  ],
  'SGD is not orthogonal': [orthogonal(gradus.sgd), 'singular values near 1', 'no size', 'coasting'],
  'sign descent is not orthogonal': [
    orthogonal(gradus.signSgd),
    'singular values near 1',
    'singular vectors stay',
    'no basis',
  ],
  'clipping by norm and by value are two': [
    [...clipByNorm(gradus.clip), ...clipByValue(gradus.clipByGlobalNorm)],
    'a norm is clipped to the limit',
    'a norm is clipped along itself',
    'an element is clipped to the limit',
  ],
  'a ball is no box': [
    [
      ...projection(gradus.projectBox({ lower: -3, upper: 3 }), ball({ radius: 3 })).slice(0, 1),
      ...projection(gradus.projectBox({ lower: -1, upper: 1 }), ball({ radius: 3 })).slice(1),
    ],
    'a step ends in the set',
    'a step that ends in the set is left alone',
    'a step ends at the nearest point',
  ],
  'an open box is no closed one': [
    projection(gradus.projectBox({ lower: -1 }), box({ lower: -1, upper: 2 })),
    'a step ends in the set',
  ],
  'a sum of gradients is no mean': [
    accumulation((k, opt) => optax.multiSteps({ opt, everyKSchedule: k, useGradMean: false })),
    'k gradients are one step on their mean',
  ],
  'steps of which every k-th is made are no sum': [summing((k) => gradus.every(k, gradus.identity)), 'k steps at once'],
  'lookahead that resets its optimizer is another': [
    lookahead(({ k, alpha }, inner) =>
      optax.lookahead({ fastOptimizer: inner, syncPeriod: k, slowStepSize: alpha, resetState: true }),
    ),
    'looking one step ahead and going there',
    'part of the way at each synchronization',
  ],
  'a mean is no moving average': [averageEma(() => gradus.averageSwa()), 'a moving average of weights'],
  'a moving average is no mean': [averageSwa(() => gradus.averageEma()), 'a mean of weights'],
  'masking is not freezing': [
    freeze((where, inner) => gradus.masked((path) => !where(path), inner)),
    'what is frozen does not move',
  ],
  'freezing is not masking': [
    masked((where, inner) => gradus.freeze((path) => !where(path), inner)),
    'what is outside of a mask goes through',
  ],
  'skipping with a limit is not for ever': [
    skipping((inner) => gradus.skipNonFinite(inner, { limit: 0 })),
    'a broken gradient moves nothing',
    'a broken gradient leaves no trace',
  ],
  'DoWG is not DoG': [dog(gradus.dowg), 'DoG: the largest distance so far over gradients'],
  'DoG is not DoWG': [dowg(gradus.dog), 'DoWG: the largest distance so far over weighted gradients'],
  'the distance of D-Adaptation is not always one from below': [
    distanceFromBelow(gradus.dAdaptation({ d0: 0.01 }), 'd'),
    'no further than the solution',
  ],
  'a second moment falls': [monotone(gradus.adam(), 'v'), 'a slot never falls'],
  'Keras decays beside the ratio': [
    lamb(({ lr, b1, b2, eps, weightDecay }) =>
      keras.lamb({ learningRate: lr, beta1: b1, beta2: b2, epsilon: eps, weightDecay }),
    ),
    'as long as lr times the tensor',
  ],
}

describe.each(Object.entries(neighbours))('%s', (_, [list, ...names]) => {
  test.each(names)('as tells: %s', (name) => {
    const law = list.find((one) => one.name === name) as Law
    for (const seed of [1, 2]) expect(() => law.assert({ seed })).toThrow(Refuted)
  })
})

test('a slot that is not there is told, with those that are', () => {
  expect(() => monotone(gradus.dog(), 'rr')[0]?.assert()).toThrow(
    /the state came as x0\.a, x0\.b, r, G, expected .* rr/,
  )
})

test('singular values, of what is known', () => {
  const values = singularValues([
    [3, 0],
    [4, 5],
  ])
  expect(values[0]).toBeCloseTo(Math.sqrt(45), 12)
  expect(values[1]).toBeCloseTo(Math.sqrt(5), 12)
})
