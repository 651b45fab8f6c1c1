/** Optax 0.2.9's optimizers, transformations and schedules. */

export { ema, trace } from './accumulation.js'
export { acprop, scaleByAcprop } from './acprop.js'
export { adabelief, scaleByBelief } from './adabelief.js'
export { adadelta, scaleByAdadelta } from './adadelta.js'
export { adafactor, scaleByFactoredRms } from './adafactor.js'
export { adagrad, scaleByRss } from './adagrad.js'
export { adam, adamw, nadam, nadamw, scaleByAdam } from './adam.js'
export { adamax, adamaxw, scaleByAdamax } from './adamax.js'
export { adan, scaleByAdan } from './adan.js'
export { ademamix, scaleByAdemamix, scaleBySimplifiedAdemamix, simplifiedAdemamix } from './ademamix.js'
export { adopt, scaleByAdopt } from './adopt.js'
export { amsgrad, scaleByAmsgrad } from './amsgrad.js'
export { scaleByParamBlockNorm, scaleByParamBlockRms, scaleByTrustRatio } from './block.js'
export { clip, clipByBlockRms, clipByGlobalNorm } from './clip.js'
export { cocob, scaleByCocob } from './cocob.js'
export { keepParamsNonnegative, zeroNans } from './constrain.js'
export { cosineDecaySchedule } from './cosine.js'
export { dadaptAdamw } from './dadaptadamw.js'
export { addDecayedWeights } from './decayedweights.js'
export type { DimensionNumbers } from './dimensions.js'
export { dog, dowg, scaleByDistanceOverGradients } from './dog.js'
export { exponentialDecay } from './exponential.js'
export { fromage } from './fromage.js'
export { injectHyperparams } from './inject.js'
export { joinSchedules } from './join.js'
export { lamb } from './lamb.js'
export { lars } from './lars.js'
export { lbfgs, scaleByLbfgs, scaleByZoomLinesearch } from './lbfgs.js'
export { lion, scaleByLion } from './lion.js'
export { type Lookahead, lookahead } from './lookahead.js'
export { madgrad, scaleByMadgrad } from './madgrad.js'
export { mechanize } from './mechanize.js'
export { momo, momoAdam } from './momo.js'
export { type MultiSteps, multiSteps, type ShouldSkip } from './multisteps.js'
export { muon, scaleByMuon } from './muon.js'
export { addNoise, noisySgd } from './noise.js'
export { normalize, normalizeByUpdateNorm } from './normalize.js'
export { novograd, scaleByNovograd } from './novograd.js'
export { optimisticAdam, optimisticAdamV2 } from './optimistic.js'
export { optimisticGradientDescent, scaleByOptimisticGradient } from './optimisticgradient.js'
export {
  cosineOnecycleSchedule,
  linearOnecycleSchedule,
  piecewiseConstantSchedule,
  piecewiseInterpolateSchedule,
} from './piecewise.js'
export { chain, identity, namedChain, setToZero } from './plain.js'
export { reduceOnPlateau } from './plateau.js'
export { polyakSgd, scaleByPolyak } from './polyak.js'
export { constantSchedule, linearSchedule, polynomialSchedule, warmupConstantSchedule } from './polynomial.js'
export { prodigy } from './prodigy.js'
export { radam, scaleByRadam } from './radam.js'
export { rmsprop, scaleByRms, scaleByStddev } from './rmsprop.js'
export { rprop, scaleByRprop } from './rprop.js'
export { type Sam, sam } from './sam.js'
export { scale, scaleByLearningRate, scaleBySchedule } from './scale.js'
export { scheduleFree, scheduleFreeAdamw, scheduleFreeSgd } from './schedulefree.js'
export { sgd } from './sgd.js'
export { scaleBySign, signSgd, signum } from './sign.js'
export { skipLargeUpdates, skipNotFinite } from './skip.js'
export { scaleBySm3, sm3 } from './sm3.js'
export { sophia } from './sophia.js'
export { adaptiveGradClip, centralize } from './unitwise.js'
export { sgdrSchedule, warmupCosineDecaySchedule, warmupExponentialDecaySchedule } from './warmup.js'
export {
  applyEvery,
  applyIfFinite,
  conditionallyMask,
  conditionallyTransform,
  flatten,
  freeze,
  masked,
  partition,
  selectiveTransform,
} from './wrappers.js'
export { scaleByYogi, yogi } from './yogi.js'
