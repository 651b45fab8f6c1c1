/** Optax's optimizers, transformations and schedules. */

export { ema, trace } from './accumulation.js'
export { scaleByParamBlockNorm, scaleByParamBlockRms, scaleByTrustRatio } from './block.js'
export { clip, clipByBlockRms, clipByGlobalNorm } from './clip.js'
export { keepParamsNonnegative, zeroNans } from './constrain.js'
export { cosineDecaySchedule } from './cosine.js'
export { addDecayedWeights } from './decayedweights.js'
export { exponentialDecay } from './exponential.js'
export { joinSchedules } from './join.js'
export { normalize, normalizeByUpdateNorm } from './normalize.js'
export {
  cosineOnecycleSchedule,
  linearOnecycleSchedule,
  piecewiseConstantSchedule,
  piecewiseInterpolateSchedule,
} from './piecewise.js'
export { chain, identity, namedChain, setToZero } from './plain.js'
export { reduceOnPlateau } from './plateau.js'
export { constantSchedule, linearSchedule, polynomialSchedule, warmupConstantSchedule } from './polynomial.js'
export { scale, scaleByLearningRate, scaleBySchedule } from './scale.js'
export { sgdrSchedule, warmupCosineDecaySchedule, warmupExponentialDecaySchedule } from './warmup.js'
