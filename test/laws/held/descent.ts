import * as gradus from 'gradus'
import { adam, addDecayedWeights, chain, type Hyper, type Optimizer, scaleByAdam, scaleByLr, sgd } from 'gradus'
import { keras, optax, tfjs, torch } from 'gradus/presets'
import { converges } from '../../../laws/claim/converges.ts'
import { nesterovRate, polyakRate } from '../../../laws/claim/polyakrate.ts'
import { decoupledDecay, l2 } from '../../../laws/claim/weightdecay.ts'
import { gradientDescent } from '../../../laws/family/gradientdescent.ts'
import * as momentum from '../../../laws/family/momentum.ts'
import * as nesterov from '../../../laws/family/nesterov.ts'
import { lion, signSgd, signSteps, signum } from '../../../laws/family/sign.ts'
import type { Law } from '../../../laws/law.ts'

/** Of weight decay, momentum, signs and convergence: what each optimizer obeys, by its public name. */
type Held = Readonly<Record<string, readonly Law[]>>

/** What all momentum obeys, and all of Nesterov's, wherever lr is. */
const rolls = (make: momentum.Rolling): readonly Law[] => [...momentum.polyakMomentum(make), ...polyakRate(make)]
const looks = (make: momentum.Rolling): readonly Law[] => [...nesterov.lookingAhead(make), ...nesterovRate(make)]

/** By the names of Keras, Optax and TensorFlow.js. */
type Named = (options: { learningRate: Hyper; momentum: number }) => Optimizer
const rolling =
  (make: Named): momentum.Rolling =>
  ({ lr, beta }) =>
    make({ learningRate: lr, momentum: beta })
const decays = (make: (options: { learningRate: Hyper; weightDecay: number }) => Optimizer): readonly Law[] =>
  decoupledDecay(({ lr, weightDecay }) => make({ learningRate: lr, weightDecay }))

const ours: Held = {
  sgd: gradientDescent(sgd),
  momentum: [...momentum.momentum(gradus.momentum), ...rolls(gradus.momentum)],
  heavyBall: [...momentum.heavyBall(gradus.heavyBall), ...rolls(gradus.heavyBall)],
  nesterov: [...nesterov.nesterov(gradus.nesterov), ...looks(gradus.nesterov)],
  nesterovAhead: [...nesterov.nesterovAhead(gradus.nesterovAhead), ...nesterovRate(gradus.nesterovAhead)],
  trace: momentum.trace(gradus.trace),
  movingAverage: momentum.movingAverage(gradus.movingAverage),
  debiasedAverage: momentum.debiasedAverage(gradus.debiasedAverage),
  signSgd: [...signSgd(gradus.signSgd), ...signSteps(gradus.signSgd)],
  signum: [...signum(gradus.signum), ...signSteps(gradus.signum)],
  lion: [...lion(gradus.lion), ...signSteps(gradus.lion), ...decoupledDecay(gradus.lion)],
  adamw: decoupledDecay(gradus.adamw),
  adamaxw: decoupledDecay(gradus.adamaxw),
  nadamw: decoupledDecay(gradus.nadamw),
  ademamix: decoupledDecay(gradus.ademamix),
  simplifiedAdemamix: decoupledDecay(gradus.simplifiedAdemamix),
  cautiousAdamw: decoupledDecay(gradus.cautiousAdamw),
  cautiousLion: decoupledDecay(gradus.cautiousLion),
  sophia: decoupledDecay(gradus.sophia),
  scheduleFreeSgd: l2(gradus.scheduleFreeSgd),
  // By its place in the chain.
  addDecayedWeights: [
    ...decoupledDecay(({ lr, weightDecay }) => chain(scaleByAdam(), addDecayedWeights({ weightDecay }), scaleByLr(lr))),
    ...l2(({ lr, weightDecay }) => chain(addDecayedWeights({ weightDecay }), adam({ lr }))),
  ],
}

/** The decay is L2, unless it is asked to be decoupled. */
const ofTorch: Held = {
  'torch.sgd': [
    ...gradientDescent(torch.sgd),
    ...decoupledDecay(torch.sgd),
    ...l2((options) => torch.sgd({ momentum: 0.5, ...options })),
    ...momentum.momentum(({ lr, beta }) => torch.sgd({ lr, momentum: beta })),
    ...rolls(({ lr, beta }) => torch.sgd({ lr, momentum: beta })),
    ...nesterov.nesterov(({ lr, beta }) => torch.sgd({ lr, momentum: beta, nesterov: beta > 0 })),
    ...looks(({ lr, beta }) => torch.sgd({ lr, momentum: beta, nesterov: true })),
  ],
  'torch.adam': [...l2(torch.adam), ...decoupledDecay((o) => torch.adam({ decoupledWeightDecay: true, ...o }))],
  'torch.nadam': [...l2(torch.nadam), ...decoupledDecay((o) => torch.nadam({ decoupledWeightDecay: true, ...o }))],
  'torch.radam': [...l2(torch.radam), ...decoupledDecay((o) => torch.radam({ decoupledWeightDecay: true, ...o }))],
  'torch.adamw': decoupledDecay(torch.adamw),
  'torch.adamax': l2(torch.adamax),
  'torch.adagrad': l2(torch.adagrad),
  'torch.adadelta': l2(torch.adadelta),
  'torch.rmsprop': l2(torch.rmsprop),
  'torch.asgd': l2(torch.asgd),
}

/** The decay is decoupled, and lr is inside the buffer. */
const ofKeras: Held = {
  'keras.sgd': [
    ...gradientDescent(({ lr }) => keras.sgd({ learningRate: lr })),
    ...decays((options) => keras.sgd({ momentum: 0.5, ...options })),
    ...momentum.heavyBall(rolling(keras.sgd)),
    ...rolls(rolling(keras.sgd)),
    ...nesterov.nesterovInside(rolling((options) => keras.sgd({ ...options, nesterov: true }))),
    ...looks(rolling((options) => keras.sgd({ ...options, nesterov: true }))),
  ],
  'keras.adam': decays(keras.adam),
  'keras.adamw': decays(keras.adamw),
  'keras.adamax': decays(keras.adamax),
  'keras.nadam': decays(keras.nadam),
  'keras.adagrad': decays(keras.adagrad),
  'keras.adadelta': decays(keras.adadelta),
  'keras.rmsprop': decays(keras.rmsprop),
  'keras.lion': [
    ...decays(keras.lion),
    ...lion(({ lr: learningRate, b1: beta1, b2: beta2, weightDecay }) =>
      keras.lion({ learningRate, beta1, beta2, weightDecay }),
    ),
  ],
}

const ofOthers: Held = {
  'optax.sgd': [
    ...gradientDescent(({ lr }) => optax.sgd({ learningRate: lr })),
    ...momentum.momentum(rolling(optax.sgd)),
    ...rolls(rolling(optax.sgd)),
    ...nesterov.nesterov(rolling((options) => optax.sgd({ ...options, nesterov: true }))),
    ...looks(rolling((options) => optax.sgd({ ...options, nesterov: true }))),
  ],
  'optax.trace': momentum.trace(({ beta }) => optax.trace({ decay: beta })),
  'optax.ema': momentum.debiasedAverage(({ beta }) => optax.ema({ decay: beta })),
  'optax.signSgd': signSgd(({ lr }) => optax.signSgd({ learningRate: lr })),
  'optax.signum': signum(({ lr, beta }) => optax.signum({ learningRate: lr, beta })),
  'optax.lion': [...decays(optax.lion), ...lion(({ lr, ...options }) => optax.lion({ learningRate: lr, ...options }))],
  'optax.adamw': decays(optax.adamw),
  'optax.adamaxw': decays(optax.adamaxw),
  'optax.nadamw': decays(optax.nadamw),
  'optax.adan': decays(optax.adan),
  'optax.ademamix': decays(optax.ademamix),
  'optax.simplifiedAdemamix': decays(optax.simplifiedAdemamix),
  'tfjs.sgd': gradientDescent(({ lr }) => tfjs.sgd({ learningRate: lr })),
  'tfjs.momentum': [
    ...momentum.momentum(rolling(tfjs.momentum)),
    ...rolls(rolling(tfjs.momentum)),
    ...nesterov.nesterov(rolling((options) => tfjs.momentum({ ...options, useNesterov: true }))),
    ...looks(rolling((options) => tfjs.momentum({ ...options, useNesterov: true }))),
  ],
}

const lr = 0.1
const rolled = { lr: 0.05, beta: 0.5 }

/** At rates that suit them, in 40 steps to half of where they were; but those whose steps are in proportion to θ. */
const down: Readonly<Record<string, Optimizer>> = {
  sgd: sgd({ lr }),
  momentum: gradus.momentum(rolled),
  heavyBall: gradus.heavyBall(rolled),
  nesterov: gradus.nesterov(rolled),
  nesterovAhead: gradus.nesterovAhead(rolled),
  asgd: gradus.asgd({ lr }),
  optimisticGradientDescent: gradus.optimisticGradientDescent({ lr }),
  signSgd: gradus.signSgd({ lr }),
  signum: gradus.signum({ lr, beta: 0.5 }),
  rprop: gradus.rprop(),
  adagrad: gradus.adagrad({ lr: 1 }),
  rootMeanSquare: gradus.rootMeanSquare({ lr }),
  rmsprop: gradus.rmsprop({ lr }),
  rmspropCentered: gradus.rmspropCentered({ lr: 0.02 }),
  rmspropFromFirst: gradus.rmspropFromFirst({ lr }),
  adadelta: gradus.adadelta({ lr: 1, eps: 0.01 }),
  ftrl: gradus.ftrl({ lr: 1 }),
  madgrad: gradus.madgrad({ lr: 0.5 }),
  adam: gradus.adam({ lr }),
  adamw: gradus.adamw({ lr }),
  adamax: gradus.adamax({ lr }),
  adamaxw: gradus.adamaxw({ lr }),
  amsgrad: gradus.amsgrad({ lr }),
  nadam: gradus.nadam({ lr }),
  nadamw: gradus.nadamw({ lr }),
  radam: gradus.radam({ lr: 0.3 }),
  adabelief: gradus.adabelief({ lr }),
  yogi: gradus.yogi({ lr }),
  adan: gradus.adan({ lr }),
  ademamix: gradus.ademamix({ lr, alpha: 2 }),
  simplifiedAdemamix: gradus.simplifiedAdemamix({ lr: 0.02, b1: 0.9 }),
  adopt: gradus.adopt({ lr }),
  acprop: gradus.acprop({ lr }),
  lion: gradus.lion({ lr }),
  optimisticAdam: gradus.optimisticAdam({ lr }),
  cautiousAdamw: gradus.cautiousAdamw({ lr }),
  cautiousLion: gradus.cautiousLion({ lr }),
  novograd: gradus.novograd({ lr, b1: 0.5 }),
  polyak: gradus.polyak(),
  polyakPlus: gradus.polyakPlus(),
  momo: gradus.momo(),
  momoAdam: gradus.momoAdam({ lr }),
  dog: gradus.dog({ rEps: 0.1 }),
  dowg: gradus.dowg({ rEps: 0.1 }),
  dAdaptation: gradus.dAdaptation({ d0: 0.5 }),
  prodigy: gradus.prodigy({ d0: 0.1 }),
  cocob: gradus.cocob({ alpha: 4 }),
  scheduleFreeSgd: gradus.scheduleFreeSgd({ lr: 0.5 }),
  scheduleFreeAdamw: gradus.scheduleFreeAdamw({ lr: 0.2 }),
  sam: chain(gradus.sam(), sgd({ lr })),
  averageEma: chain(sgd({ lr }), gradus.averageEma({ decay: 0.9 })),
  averageSwa: chain(sgd({ lr }), gradus.averageSwa()),
  lookahead: chain(sgd({ lr: 0.2 }), gradus.lookahead()),
}

const ways: Held = Object.fromEntries(Object.entries(down).map(([name, one]) => [name, converges(one)]))

const tables: readonly Held[] = [ours, ofTorch, ofKeras, ofOthers, ways]

export const held: Held = Object.fromEntries(
  tables.flatMap(Object.keys).map((name) => [name, tables.flatMap((table) => table[name] ?? [])]),
)
