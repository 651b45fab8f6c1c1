import * as gradus from 'gradus'
import { adam, adamw, addDecayedWeights, averageEma, chain, type Hyper, type Optimizer, scaleByLr } from 'gradus'
import { keras, torch } from 'gradus/presets'
import { beforeAll, describe, expect, test } from 'vitest'
import { converges } from '../../laws/claim/converges.ts'
import { nesterovRate, polyakRate } from '../../laws/claim/polyakrate.ts'
import type { Rated } from '../../laws/claim/rates.ts'
import { type Decaying, decoupledDecay, l2 } from '../../laws/claim/weightdecay.ts'
import { gradientDescent } from '../../laws/family/gradientdescent.ts'
import * as momentum from '../../laws/family/momentum.ts'
import * as nesterov from '../../laws/family/nesterov.ts'
import { lion, signSgd, signSteps, signum } from '../../laws/family/sign.ts'
import type { Law } from '../../laws/law.ts'
import { Refuted } from '../../laws/refuted.ts'
import { often, useBackend } from '../backends.ts'
import { held } from './held/descent.ts'

beforeAll(useBackend)

describe.each(Object.entries(held))('%s', (_, laws) => {
  test.each(laws.map((law) => [law.name, law] as const))('%s', (_, law) => law.assert(often))

  test('is told no law twice', () => expect(new Set(laws.map(({ name }) => name)).size).toBe(laws.length))
})

/** A list, and which of its laws hold, by their places; the others are refuted. */
type Told = readonly [laws: readonly Law[], hold: readonly number[]]

const tells = (what: string, rows: Readonly<Record<string, Told>>): void => {
  describe(what, () => {
    test.each(Object.entries(rows))('%s', (_, [laws, hold]) => {
      for (const [i, law] of laws.entries())
        if (hold.includes(i)) law.assert({ seed: 1 })
        else expect(() => law.assert({ seed: 1 }), law.name).toThrow(Refuted)
    })
  })
}

const decay = (make: Decaying): readonly Law[] => [...decoupledDecay(make), ...l2(make)]
const ofKeras =
  (make: (options: { learningRate: Hyper; weightDecay: number }) => Optimizer): Decaying =>
  ({ lr, weightDecay }) =>
    make({ learningRate: lr, weightDecay })

tells('weight decay: apart from the gradient, out of the state, L2', {
  'SGD: all of it is one': [decay(torch.sgd), [0, 1, 2]],
  'AdamW: decoupled': [decay(adamw), [0, 1]],
  'Adam with L2': [decay(({ lr, weightDecay }) => chain(addDecayedWeights({ weightDecay }), adam({ lr }))), [2]],
  'PyTorch’s momentum, in whose buffer it rolls on': [decay((o) => torch.sgd({ momentum: 0.5, ...o })), [0, 2]],
  'Keras’s momentum': [decay(ofKeras((o) => keras.sgd({ momentum: 0.5, ...o }))), [0, 1]],
  'Adan divides by 1 + lr · λ': [decay(gradus.adan), [1]],
  'MoMo too': [decay(gradus.momo), [1]],
  'LAMB has it in its ratio': [decay(gradus.lamb), [1]],
  'Keras’s LAMB steps from where it has led': [decay(ofKeras(keras.lamb)), [1]],
  'LARS has it in both': [decay(gradus.lars), []],
  'NovoGrad adds it to the direction in its moment': [decay(gradus.novograd), [0]],
  'D-Adaptation multiplies it by its distance': [decay((o) => gradus.dAdaptation({ d0: 0.5, ...o })), [1]],
  'schedule-free SGD moves z by it': [decay(gradus.scheduleFreeSgd), [2]],
  'schedule-free AdamW too': [decay(gradus.scheduleFreeAdamw), []],
  'an average of θ hears of it': [decay((o) => chain(adamw(o), averageEma())), [0]],
  'SOAP does not move at first, nor decay': [decay(gradus.soap), [1]],
})

const rolling = (make: momentum.Rolling): readonly Law[] => [
  ...momentum.momentum(make),
  ...momentum.heavyBall(make),
  ...momentum.polyakMomentum(make),
  ...polyakRate(make),
  ...nesterov.nesterov(make),
  ...nesterov.nesterovInside(make),
  ...nesterov.lookingAhead(make),
  ...nesterov.nesterovAhead(make),
  ...nesterovRate(make),
]

tells('momentum: lr outside, inside, Polyak’s steps and rate; Nesterov’s lr outside, inside, looks ahead and rate', {
  momentum: [rolling(gradus.momentum), [0, 2, 3]],
  heavyBall: [rolling(gradus.heavyBall), [1, 2, 3]],
  nesterov: [rolling(gradus.nesterov), [4, 6, 8]],
  'Keras’s Nesterov': [
    rolling(({ lr, beta }) => keras.sgd({ learningRate: lr, momentum: beta, nesterov: true })),
    [5, 6, 8],
  ],
  // Along gradients that are given it is momentum.
  nesterovAhead: [rolling(gradus.nesterovAhead), [1, 2, 7, 8]],
  sgd: [rolling(({ lr }) => gradus.sgd({ lr })), []],
  'a moving average': [rolling(({ lr, beta }) => chain(gradus.movingAverage({ beta }), scaleByLr(lr))), []],
  optimisticGradientDescent: [rolling(gradus.optimisticGradientDescent), []],
})

const averages = (make: momentum.Averaging): readonly Law[] => [
  ...momentum.trace(make),
  ...momentum.movingAverage(make),
  ...momentum.debiasedAverage(make),
]

tells('averages: a sum, a moving average, one whose weights make 1', {
  trace: [averages(gradus.trace), [0]],
  movingAverage: [averages(gradus.movingAverage), [1]],
  debiasedAverage: [averages(gradus.debiasedAverage), [2]],
  averageEma: [averages(() => averageEma()), []],
})

const signs = (make: Rated): readonly Law[] => [...signSteps(make), ...signSgd(make), ...gradientDescent(make)]

tells('steps: of lr or none, by the sign; gradient descent, in a bowl and down any', {
  sgd: [signs(gradus.sgd), [2, 3]],
  signSgd: [signs(gradus.signSgd), [0, 1]],
  signum: [signs(gradus.signum), [0]],
  lion: [signs(gradus.lion), [0]],
  'lion with decay': [signs(({ lr }) => gradus.lion({ lr, weightDecay: 0.1 })), []],
  cautiousLion: [signs(gradus.cautiousLion), []],
  momentum: [signs(gradus.momentum), []],
  adam: [signs(adam), []],
})

tells('signs of sums', {
  'Lion, of one β, is Signum': [signum(({ lr, beta }) => gradus.lion({ lr, b1: beta, b2: beta })), [0]],
  'Signum is not Lion': [lion(({ lr, b2 }) => gradus.signum({ lr, beta: b2 })), []],
  'cautious Lion is not Lion': [lion(gradus.cautiousLion), []],
})

const slowly = gradus.sgd({ lr: 0.1 })

tells('converges in a bowl', {
  'at a rate below 2 / L': [converges(gradus.sgd({ lr: 0.9 })), [0]],
  'not above it': [converges(gradus.sgd({ lr: 1.1 })), []],
  'as far as is said': [converges(slowly, { to: 0.02, curvature: [1, 2] }), [0]],
  'in as many steps as are said': [converges(slowly, { to: 0.02, curvature: [1, 2], steps: 10 }), []],
  'from as far away as is said': [converges(gradus.signSgd({ lr: 0.1 }), { away: [15, 20] }), []],
  'where it is to be evaluated': [converges(chain(slowly, averageEma({ decay: 0.999 }))), []],
})

/** Without its formula: it runs over tensors, in float32. */
const blind = ({ init, update, probe, readout }: Optimizer): Optimizer => ({ init, update, probe, readout })
const blindly =
  <O>(make: (options: O) => Optimizer) =>
  (options: O): Optimizer =>
    blind(make(options))

describe('over tensors', () => {
  const lists: Readonly<Record<string, readonly Law[]>> = {
    sgd: [...gradientDescent(blindly(gradus.sgd)), ...converges(blind(gradus.sgd({ lr: 0.1 })))],
    momentum: rolling(blindly(gradus.momentum)).filter((_, i) => [0, 2, 3].includes(i)),
    heavyBall: momentum.heavyBall(blindly(gradus.heavyBall)),
    debiasedAverage: momentum.debiasedAverage(blindly(gradus.debiasedAverage)),
    nesterov: rolling(blindly(gradus.nesterov)).filter((_, i) => [4, 6, 8].includes(i)),
    nesterovAhead: nesterov.nesterovAhead(blindly(gradus.nesterovAhead)),
    lion: [...lion(blindly(gradus.lion)), ...signSteps(blindly(gradus.lion))],
    signum: signum(blindly(gradus.signum)),
    signSgd: signSgd(blindly(gradus.signSgd)),
    adamw: decoupledDecay(blindly(adamw)),
    'adam with L2': l2(blindly(({ lr, weightDecay }) => chain(addDecayedWeights({ weightDecay }), adam({ lr })))),
    scheduleFreeSgd: converges(blind(gradus.scheduleFreeSgd({ lr: 0.5 }))),
    muon: decoupledDecay((options) => gradus.muon({ ...options, others: adamw(options) })),
    lbfgs: converges(gradus.lbfgs({ lr: 0.5 })),
  }

  test.each(Object.entries(lists))('%s', (_, laws) => {
    for (const law of laws) law.assert({ numRuns: 10 })
  })
})
