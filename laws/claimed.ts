import type { Hyper, Optimizer } from '../src/index.js'
import * as gradus from '../src/index.js'
import type { Claimed, Lists } from './claim/claim.js'
import { claimedBy } from './claim/claim.js'

const lr = (t: number): number => [0.1, 0.8, 0.05, 0.2][t % 4] as number
/** So that the past counts in few steps. */
const short = { b1: 0.5, b2: 0.9 }

const row = <O extends object>(make: (options: O) => Optimizer, options: O, lists: Lists): Claimed =>
  claimedBy(make, options, lists, true)
const part = <O extends object>(make: (options: O) => Optimizer, options: O, lists: Lists): Claimed =>
  claimedBy(make, options, lists, false)

const FREE = 'coordinatewise odd translationInvariant rest'
const SUM = `${FREE} homogeneous`
const ADAM = { '': `${FREE} linearInLr downhill`, eps: 'scaleFree constantGradient' }
const ADAMW = {
  '': 'coordinatewise odd linearInLr',
  weightDecay: 'translationInvariant rest downhill',
  eps: 'scaleFree',
  'eps weightDecay': 'constantGradient',
}
const LONGER = {
  '': 'coordinatewise odd linearInLr',
  weightDecay: 'translationInvariant rest downhill',
  eps: 'scaleFree',
}
const DISTANCE = { '': 'odd', weightDecay: 'translationInvariant rest downhill', eps: 'scaleFree' }

/**
 * Every exported optimizer and transformation that is a formula for Δθ of the gradient, and is not made of other optimizers; leaves
 * are not told apart by `where`.
 */
export const claimed: Readonly<Record<string, Claimed>> = {
  sgd: row(gradus.sgd, { lr }, { '': `${SUM} neverUp linearInLr downhill` }),
  momentum: row(gradus.momentum, { lr }, { '': `${SUM} linearInLr downhill` }),
  heavyBall: row(gradus.heavyBall, { lr }, { '': `${SUM} downhill` }),
  nesterov: row(gradus.nesterov, { lr }, { '': `${SUM} linearInLr downhill` }),
  nesterovAhead: row(gradus.nesterovAhead, { lr }, { '': `${SUM} downhill` }),
  asgd: row(
    gradus.asgd,
    { lr, lambda: 0.1 },
    { '': 'coordinatewise odd', lambda: 'translationInvariant rest homogeneous neverUp linearInLr downhill' },
  ),
  optimisticGradientDescent: row(
    gradus.optimisticGradientDescent,
    { lr, beta: 0.5 },
    { '': `${SUM} linearInLr downhill` },
  ),
  signSgd: row(
    gradus.signSgd,
    { lr },
    { '': `${FREE} scaleFree neverUp linearInLr boundedByLr constantGradient downhill` },
  ),
  signum: row(gradus.signum, { lr }, { '': `${FREE} scaleFree linearInLr boundedByLr constantGradient downhill` }),
  rprop: row(gradus.rprop, {}, { '': `${FREE} scaleFree neverUp downhill` }),

  adagrad: row(gradus.adagrad, { lr }, { '': `${FREE} neverUp linearInLr boundedByLr downhill`, eps: 'scaleFree' }),
  rootMeanSquare: row(
    gradus.rootMeanSquare,
    { lr },
    { '': `${FREE} scaleFree neverUp linearInLr constantGradient downhill` },
  ),
  rmsprop: row(gradus.rmsprop, { lr }, { '': `${FREE} neverUp linearInLr downhill`, eps: 'scaleFree' }),
  rmspropCentered: row(gradus.rmspropCentered, { lr }, { '': `${FREE} downhill`, eps: 'scaleFree' }),
  rmspropFromFirst: row(
    gradus.rmspropFromFirst,
    { lr },
    { '': `${FREE} scaleFree neverUp linearInLr constantGradient downhill` },
  ),
  // With eps = 0 it never moves.
  adadelta: row(gradus.adadelta, { lr, eps: 1 }, { '': `${FREE} neverUp linearInLr downhill` }),
  ftrl: row(
    gradus.ftrl,
    { lr, l1: 0.1, l2: 0.1 },
    { '': 'coordinatewise odd rest neverUp boundedByLr downhill', l1: 'translationInvariant', l2: '' },
  ),
  madgrad: row(gradus.madgrad, { lr }, { '': `${FREE} downhill`, eps: '' }),

  adam: row(gradus.adam, { lr, ...short }, ADAM),
  adamw: row(gradus.adamw, { lr, ...short, weightDecay: 0.1 }, ADAMW),
  adamax: row(gradus.adamax, { lr, b2: 0.5 }, ADAM),
  adamaxw: row(gradus.adamaxw, { lr, b2: 0.5, weightDecay: 0.1 }, ADAMW),
  amsgrad: row(gradus.amsgrad, { lr, ...short }, ADAM),
  nadam: row(gradus.nadam, { lr, ...short }, { '': `${FREE} linearInLr downhill`, eps: 'scaleFree' }),
  nadamw: row(gradus.nadamw, { lr, ...short, weightDecay: 0.1 }, LONGER),
  radam: row(gradus.radam, { lr, ...short }, { '': `${FREE} linearInLr downhill`, eps: '' }),
  adabelief: row(gradus.adabelief, { lr, ...short }, { '': `${FREE} linearInLr downhill`, eps: 'scaleFree' }),
  yogi: row(gradus.yogi, { lr, ...short }, { '': `${FREE} linearInLr downhill`, 'eps v0': 'scaleFree' }),
  adan: row(
    gradus.adan,
    { lr, b1: 0.5, b2: 0.5, b3: 0.9, weightDecay: 0.1 },
    {
      '': 'coordinatewise odd',
      weightDecay: 'translationInvariant rest linearInLr downhill',
      eps: 'scaleFree',
      'eps weightDecay': 'constantGradient',
    },
  ),
  ademamix: row(gradus.ademamix, { lr, ...short, b3: 0.99, weightDecay: 0.1 }, LONGER),
  simplifiedAdemamix: row(gradus.simplifiedAdemamix, { lr, ...short, alpha: 2, weightDecay: 0.1 }, LONGER),
  adopt: row(gradus.adopt, { lr, b1: 0.5, eps: 1 }, { '': `${FREE} linearInLr downhill`, eps: 'scaleFree' }),
  acprop: row(gradus.acprop, { lr, ...short }, { '': `${FREE} neverUp linearInLr downhill`, 'eps epsRoot': '' }),
  lion: row(
    gradus.lion,
    { lr, weightDecay: 0.1 },
    {
      '': 'coordinatewise odd scaleFree linearInLr',
      weightDecay: 'translationInvariant rest boundedByLr constantGradient downhill',
    },
  ),
  optimisticAdam: row(gradus.optimisticAdam, { lr, ...short }, { '': `${FREE} linearInLr downhill`, eps: 'scaleFree' }),
  cautiousAdamw: row(
    gradus.cautiousAdamw,
    { lr, ...short, weightDecay: 0.1 },
    {
      '': 'tensorwise odd linearInLr',
      weightDecay: 'translationInvariant rest neverUp downhill',
      eps: 'scaleFree',
      'eps weightDecay': 'constantGradient',
    },
  ),
  cautiousLion: row(
    gradus.cautiousLion,
    { lr, weightDecay: 0.1 },
    {
      '': 'tensorwise odd scaleFree linearInLr',
      weightDecay: 'translationInvariant rest neverUp constantGradient downhill',
    },
  ),

  lars: row(
    gradus.lars,
    { lr, trust: 0.1, weightDecay: 0.1 },
    { '': 'tensorwise odd', weightDecay: 'rest scaleFree downhill' },
  ),
  lamb: row(
    gradus.lamb,
    { lr, ...short, weightDecay: 0.1 },
    { '': 'tensorwise odd linearInLr', weightDecay: 'rest downhill', eps: 'scaleFree' },
  ),
  fromage: row(gradus.fromage, { lr }, { '': 'tensorwise odd scaleFree downhill' }),
  novograd: row(
    gradus.novograd,
    { lr, weightDecay: 0.1 },
    { '': 'tensorwise odd linearInLr', weightDecay: 'translationInvariant rest downhill', eps: 'scaleFree' },
  ),

  polyak: row(
    gradus.polyak,
    { fMin: 3, maxLr: 0.5 },
    { '': 'odd translationInvariant rest', fMin: 'neverUp downhill' },
  ),
  polyakPlus: row(
    gradus.polyakPlus,
    { fMin: 3 },
    { '': 'odd translationInvariant rest neverUp downhill', fMin: 'scaleFree' },
  ),
  momo: row(
    gradus.momo,
    { lr, lowerBound: 0.1, weightDecay: 0.1 },
    { '': 'odd', weightDecay: 'translationInvariant rest downhill', lowerBound: '' },
  ),
  momoAdam: row(
    gradus.momoAdam,
    { lr, ...short, lowerBound: 0.1, weightDecay: 0.1 },
    { '': 'odd', weightDecay: 'translationInvariant rest downhill', 'eps lowerBound': 'scaleFree' },
  ),
  dog: row(gradus.dog, { lr, rEps: 1 }, { '': 'odd rest neverUp linearInLr downhill', eps: 'scaleFree' }),
  dowg: row(
    gradus.dowg,
    { lr, rEps: 2 },
    { '': 'odd translationInvariant rest neverUp linearInLr downhill', eps: 'scaleFree' },
  ),
  dAdaptation: row(gradus.dAdaptation, { lr, ...short, d0: 4, weightDecay: 0.1 }, DISTANCE),
  prodigy: row(
    gradus.prodigy,
    { lr: ((t) => 1 + (t % 2)) as Hyper, b2: 0.9, d0: 2, weightDecay: 0.1 },
    { ...DISTANCE, '': 'odd linearInLr' },
  ),
  cocob: row(gradus.cocob, { alpha: 4 }, { '': `${FREE} scaleFree downhill` }),
  scheduleFreeSgd: row(
    gradus.scheduleFreeSgd,
    { lr, weightDecay: 0.1 },
    { '': 'coordinatewise odd', weightDecay: 'translationInvariant rest homogeneous downhill' },
  ),
  scheduleFreeAdamw: row(gradus.scheduleFreeAdamw, { lr, weightDecay: 0.1 }, { ...DISTANCE, '': 'coordinatewise odd' }),

  trace: part(gradus.trace, {}, { '': SUM }),
  scaleByAdam: part(gradus.scaleByAdam, short, { '': FREE, eps: 'scaleFree' }),
  scale: part(() => gradus.scale(lr), {}, { '': SUM }),
  scaleByPath: part(() => gradus.scaleByPath({ b: 2 }), {}, { '': 'odd translationInvariant rest homogeneous' }),
  scaleByLr: row(({ lr }) => gradus.scaleByLr(lr), { lr: lr as Hyper }, { '': `${SUM} neverUp linearInLr downhill` }),
  clip: part(() => gradus.clip(2), {}, { '': FREE }),
  clipByGlobalNorm: part(() => gradus.clipByGlobalNorm(2), {}, { '': 'odd translationInvariant rest' }),
  clipByBlockRms: part(() => gradus.clipByBlockRms(2), {}, { '': 'tensorwise odd translationInvariant rest' }),
  normalize: part(gradus.normalize, {}, { '': 'odd translationInvariant rest scaleFree' }),
  zeroNans: part(gradus.zeroNans, {}, { '': SUM }),
  movingAverage: part(gradus.movingAverage, {}, { '': SUM }),
  debiasedAverage: part(gradus.debiasedAverage, {}, { '': SUM }),
  scaleByTrustRatio: part(
    gradus.scaleByTrustRatio,
    { trust: 0.5, eps: 0.1 },
    { '': 'tensorwise odd rest', eps: 'scaleFree' },
  ),
  addDecayedWeights: part(
    gradus.addDecayedWeights,
    { weightDecay: 0.1 },
    { '': 'coordinatewise odd', weightDecay: 'translationInvariant rest homogeneous' },
  ),
  applyEvery: part(() => gradus.applyEvery(3), {}, { '': SUM }),
  keepNonnegative: part(gradus.keepNonnegative, {}, { '': 'coordinatewise' }),
  projectBox: part(gradus.projectBox, { lower: -1, upper: 2 }, { '': 'coordinatewise' }),
  projectBall: part(gradus.projectBall, { radius: 3 }, { '': 'tensorwise odd' }),
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
