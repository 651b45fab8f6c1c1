import type { Hyper, Optimizer } from '../src/index.js'
import * as gradus from '../src/index.js'
import type { ClaimName } from './claims.js'

/** What an optimizer claims, at options that make each of its parts count. */
export interface Claimed {
  /** It, with other values for some of its options. */
  at(options?: object): Optimizer
  /** Has a learning rate. */
  readonly rated: boolean
  /** Makes steps, and not gradients for another to make steps of. */
  readonly steps: boolean
  /** Each claim, and the options that have to be 0 for it. */
  readonly claims: Readonly<Partial<Record<ClaimName, readonly string[]>>>
  /** All options that have to be 0 for a claim, and those that could be thought to: where all are, the rest is still false. */
  readonly zeros: readonly string[]
}

const lr = (t: number): number => [0.1, 0.8, 0.05, 0.2][t % 4] as number
/** So that the past counts in few steps. */
const short = { b1: 0.5, b2: 0.9 }

/** Claims, by the options that have to be 0 for them, if any; options with no claims help none. */
type Lists = Readonly<Record<string, string>>

const words = (list: string): readonly string[] => list.split(' ').filter((word) => word !== '')

const row = <O extends object>(make: (options: O) => Optimizer, options: O, lists: Lists, steps = true): Claimed => ({
  at: (others) => make({ ...options, ...others }),
  rated: 'lr' in options,
  steps,
  claims: Object.fromEntries(
    Object.entries(lists).flatMap(([zeros, list]) => words(list).map((claim) => [claim, words(zeros)])),
  ),
  zeros: [...new Set(Object.keys(lists).flatMap(words))],
})

const part = <O extends object>(make: (options: O) => Optimizer, options: O, lists: Lists): Claimed =>
  row(make, options, lists, false)

const FREE = 'element odd shift rest'
const SUM = `${FREE} homogeneous`
const ADAM = { '': `${FREE} linear`, eps: 'scaleFree constant' }
const ADAMW = {
  '': 'element odd linear',
  weightDecay: 'shift rest',
  eps: 'scaleFree',
  'eps weightDecay': 'constant',
}
const LONGER = { '': 'element odd linear', weightDecay: 'shift rest', eps: 'scaleFree' }
const DISTANCE = { '': 'odd', weightDecay: 'shift rest', eps: 'scaleFree' }

/**
 * Every exported optimizer and transformation that is a formula for Δθ of the gradient, and is not made of other optimizers; leaves
 * are not told apart by `where`.
 */
export const claimed: Readonly<Record<string, Claimed>> = {
  sgd: row(gradus.sgd, { lr }, { '': `${SUM} down linear` }),
  momentum: row(gradus.momentum, { lr }, { '': `${SUM} linear` }),
  heavyBall: row(gradus.heavyBall, { lr }, { '': SUM }),
  nesterov: row(gradus.nesterov, { lr }, { '': `${SUM} linear` }),
  nesterovAhead: row(gradus.nesterovAhead, { lr }, { '': SUM }),
  asgd: row(gradus.asgd, { lr, lambda: 0.1 }, { '': 'element odd', lambda: 'shift rest homogeneous down linear' }),
  optimisticGradientDescent: row(gradus.optimisticGradientDescent, { lr, beta: 0.5 }, { '': `${SUM} linear` }),
  signSgd: row(gradus.signSgd, { lr }, { '': `${FREE} scaleFree down linear bound constant` }),
  signum: row(gradus.signum, { lr }, { '': `${FREE} scaleFree linear bound constant` }),
  rprop: row(gradus.rprop, {}, { '': `${FREE} scaleFree down` }),

  adagrad: row(gradus.adagrad, { lr }, { '': `${FREE} down linear bound`, eps: 'scaleFree' }),
  rootMeanSquare: row(gradus.rootMeanSquare, { lr }, { '': `${FREE} scaleFree down linear constant` }),
  rmsprop: row(gradus.rmsprop, { lr }, { '': `${FREE} down linear`, eps: 'scaleFree' }),
  rmspropCentered: row(gradus.rmspropCentered, { lr }, { '': FREE, eps: 'scaleFree' }),
  rmspropFromFirst: row(gradus.rmspropFromFirst, { lr }, { '': `${FREE} scaleFree down linear constant` }),
  // With eps = 0 it never moves.
  adadelta: row(gradus.adadelta, { lr, eps: 1 }, { '': `${FREE} down linear` }),
  ftrl: row(gradus.ftrl, { lr, l1: 0.1, l2: 0.1 }, { '': 'element odd rest down bound', l1: 'shift', l2: '' }),
  madgrad: row(gradus.madgrad, { lr }, { '': FREE, eps: '' }),

  adam: row(gradus.adam, { lr, ...short }, ADAM),
  adamw: row(gradus.adamw, { lr, ...short, weightDecay: 0.1 }, ADAMW),
  adamax: row(gradus.adamax, { lr, b2: 0.5 }, ADAM),
  adamaxw: row(gradus.adamaxw, { lr, b2: 0.5, weightDecay: 0.1 }, ADAMW),
  amsgrad: row(gradus.amsgrad, { lr, ...short }, ADAM),
  nadam: row(gradus.nadam, { lr, ...short }, { '': `${FREE} linear`, eps: 'scaleFree' }),
  nadamw: row(gradus.nadamw, { lr, ...short, weightDecay: 0.1 }, LONGER),
  radam: row(gradus.radam, { lr, ...short }, { '': `${FREE} linear`, eps: '' }),
  adabelief: row(gradus.adabelief, { lr, ...short }, { '': `${FREE} linear`, eps: 'scaleFree' }),
  yogi: row(gradus.yogi, { lr, ...short }, { '': `${FREE} linear`, 'eps v0': 'scaleFree' }),
  adan: row(
    gradus.adan,
    { lr, b1: 0.5, b2: 0.5, b3: 0.9, weightDecay: 0.1 },
    { '': 'element odd', weightDecay: 'shift rest linear', eps: 'scaleFree', 'eps weightDecay': 'constant' },
  ),
  ademamix: row(gradus.ademamix, { lr, ...short, b3: 0.99, weightDecay: 0.1 }, LONGER),
  simplifiedAdemamix: row(gradus.simplifiedAdemamix, { lr, ...short, alpha: 2, weightDecay: 0.1 }, LONGER),
  adopt: row(gradus.adopt, { lr, b1: 0.5, eps: 1 }, { '': `${FREE} linear`, eps: 'scaleFree' }),
  acprop: row(gradus.acprop, { lr, ...short }, { '': `${FREE} down linear`, 'eps epsRoot': '' }),
  lion: row(
    gradus.lion,
    { lr, weightDecay: 0.1 },
    { '': 'element odd scaleFree linear', weightDecay: 'shift rest bound constant' },
  ),
  optimisticAdam: row(gradus.optimisticAdam, { lr, ...short }, { '': `${FREE} linear`, eps: 'scaleFree' }),
  cautiousAdamw: row(
    gradus.cautiousAdamw,
    { lr, ...short, weightDecay: 0.1 },
    { '': 'tensor odd linear', weightDecay: 'shift rest down', eps: 'scaleFree', 'eps weightDecay': 'constant' },
  ),
  cautiousLion: row(
    gradus.cautiousLion,
    { lr, weightDecay: 0.1 },
    { '': 'tensor odd scaleFree linear', weightDecay: 'shift rest down constant' },
  ),

  lars: row(gradus.lars, { lr, trust: 0.1, weightDecay: 0.1 }, { '': 'tensor odd', weightDecay: 'rest scaleFree' }),
  lamb: row(
    gradus.lamb,
    { lr, ...short, weightDecay: 0.1 },
    { '': 'tensor odd linear', weightDecay: 'rest', eps: 'scaleFree' },
  ),
  fromage: row(gradus.fromage, { lr }, { '': 'tensor odd scaleFree' }),
  novograd: row(
    gradus.novograd,
    { lr, weightDecay: 0.1 },
    { '': 'tensor odd linear', weightDecay: 'shift rest', eps: 'scaleFree' },
  ),

  polyak: row(gradus.polyak, { fMin: 3, maxLr: 0.5 }, { '': 'odd shift rest', fMin: 'down' }),
  polyakPlus: row(gradus.polyakPlus, { fMin: 3 }, { '': 'odd shift rest down', fMin: 'scaleFree' }),
  momo: row(
    gradus.momo,
    { lr, lowerBound: 0.1, weightDecay: 0.1 },
    { '': 'odd', weightDecay: 'shift rest', lowerBound: '' },
  ),
  momoAdam: row(
    gradus.momoAdam,
    { lr, ...short, lowerBound: 0.1, weightDecay: 0.1 },
    { '': 'odd', weightDecay: 'shift rest', 'eps lowerBound': 'scaleFree' },
  ),
  dog: row(gradus.dog, { lr, rEps: 1 }, { '': 'odd rest down linear', eps: 'scaleFree' }),
  dowg: row(gradus.dowg, { lr, rEps: 2 }, { '': 'odd shift rest down linear', eps: 'scaleFree' }),
  dAdaptation: row(gradus.dAdaptation, { lr, ...short, d0: 4, weightDecay: 0.1 }, DISTANCE),
  prodigy: row(
    gradus.prodigy,
    { lr: ((t) => 1 + (t % 2)) as Hyper, b2: 0.9, d0: 2, weightDecay: 0.1 },
    { ...DISTANCE, '': 'odd linear' },
  ),
  cocob: row(gradus.cocob, { alpha: 4 }, { '': `${FREE} scaleFree` }),
  scheduleFreeSgd: row(
    gradus.scheduleFreeSgd,
    { lr, weightDecay: 0.1 },
    { '': 'element odd', weightDecay: 'shift rest homogeneous' },
  ),
  scheduleFreeAdamw: row(gradus.scheduleFreeAdamw, { lr, weightDecay: 0.1 }, { ...DISTANCE, '': 'element odd' }),

  trace: part(gradus.trace, {}, { '': SUM }),
  scaleByAdam: part(gradus.scaleByAdam, short, { '': FREE, eps: 'scaleFree' }),
  scale: part(() => gradus.scale(lr), {}, { '': SUM }),
  scaleByPath: part(() => gradus.scaleByPath({ b: 2 }), {}, { '': 'odd shift rest homogeneous' }),
  scaleByLr: row(({ lr }) => gradus.scaleByLr(lr), { lr: lr as Hyper }, { '': `${SUM} down linear` }),
  clip: part(() => gradus.clip(2), {}, { '': FREE }),
  clipByGlobalNorm: part(() => gradus.clipByGlobalNorm(2), {}, { '': 'odd shift rest' }),
  clipByBlockRms: part(() => gradus.clipByBlockRms(2), {}, { '': 'tensor odd shift rest' }),
  normalize: part(gradus.normalize, {}, { '': 'odd shift rest scaleFree' }),
  zeroNans: part(gradus.zeroNans, {}, { '': SUM }),
  movingAverage: part(gradus.movingAverage, {}, { '': SUM }),
  debiasedAverage: part(gradus.debiasedAverage, {}, { '': SUM }),
  scaleByTrustRatio: part(
    gradus.scaleByTrustRatio,
    { trust: 0.5, eps: 0.1 },
    { '': 'tensor odd rest', eps: 'scaleFree' },
  ),
  addDecayedWeights: part(
    gradus.addDecayedWeights,
    { weightDecay: 0.1 },
    { '': 'element odd', weightDecay: 'shift rest homogeneous' },
  ),
  applyEvery: part(() => gradus.applyEvery(3), {}, { '': SUM }),
  keepNonnegative: part(gradus.keepNonnegative, {}, { '': 'element' }),
  projectBox: part(gradus.projectBox, { lower: -1, upper: 2 }, { '': 'element' }),
  projectBall: part(gradus.projectBall, { radius: 3 }, { '': 'tensor odd' }),
  projectGlobalBall: part(gradus.projectGlobalBall, { radius: 4 }, { '': 'odd' }),
  lookahead: part(gradus.lookahead, { k: 3 }, { '': SUM }),
  averageEma: part(gradus.averageEma, {}, { '': SUM }),
  averageSwa: part(gradus.averageSwa, {}, { '': SUM }),
  reduceOnPlateau: part(
    gradus.reduceOnPlateau,
    { patience: 1, atol: 0.3, factor: 0.5 },
    { '': FREE, atol: 'homogeneous' },
  ),
  untilLoss: part(gradus.untilLoss, { under: 3, before: 0.5 }, { '': FREE }),
}
