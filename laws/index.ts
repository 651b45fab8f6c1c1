/**
 * `gradus/laws`: what sound optimizers, schedules, gradients and codecs obey, to hold one's own to. Laws are data, and know no test runner:
 *
 *     import { laws } from 'gradus/laws'
 *     for (const law of laws.optimizer(mine)) test(law.name, () => law.assert())
 *
 * Each function gives a list. Who has nothing but a file runs `npx gradus check ./mine.mjs`.
 */

// What a law is, and how a runner takes a list of them.

export { type Law, law, type Statement } from './law.js'
export { Broken, Refuted } from './refuted.js'
export { type Runner, suite } from './suite.js'

// What every optimizer owes.

export { backends } from './everyone/backends.js'
export { optimizer } from './everyone/optimizer.js'
export { rule } from './everyone/rule.js'
export type { Mine } from './run/mine.js'

// What any optimizer can claim, and what one with a learning rate can.

export {
  type Claim,
  coordinatewise,
  downhill,
  homogeneous,
  neverUp,
  odd,
  rest,
  scaleFree,
  tensorwise,
  translationInvariant,
} from './claim/claims.js'
export { boundedByLr, constantGradient, linearInLr, type RateClaim, type Rated } from './claim/rates.js'

// What some can: of their steps, of a slot, of their way down a surface, of another optimizer.

export { type Bound, bounded } from './claim/bounded.js'
export { type Convergence, converges } from './claim/converges.js'
export { effectiveRate } from './claim/effectiverate.js'
export { type Equality, equal } from './claim/equal.js'
export { distanceFromBelow, monotone } from './claim/monotone.js'
export { nesterovRate, polyakRate } from './claim/polyakrate.js'
export { type Decaying, decoupledDecay, l2 } from './claim/weightdecay.js'

// What families of optimizers do.

export { type AdadeltaOptions, adadelta } from './family/adadelta.js'
export { type AdagradForm, type AdagradOptions, adagrad } from './family/adagrad.js'
export { type AdamOptions, adam, adamBound } from './family/adam.js'
export { adamax, adamaxBound } from './family/adamax.js'
export { amsgrad } from './family/amsgrad.js'
export { dog, dowg } from './family/distance.js'
export { gradientDescent } from './family/gradientdescent.js'
export { type Lamb, lamb } from './family/lamb.js'
export { type Lars, lars } from './family/lars.js'
export {
  type Averaging,
  debiasedAverage,
  heavyBall,
  momentum,
  movingAverage,
  polyakMomentum,
  type Rolling,
  trace,
} from './family/momentum.js'
export { lookingAhead, nesterov, nesterovAhead, nesterovInside } from './family/nesterov.js'
export { type Muon, orthogonal } from './family/orthogonal.js'
export { type RadamForm, radam } from './family/radam.js'
export { type ReddiOptions, reddi } from './family/reddi.js'
export { type RmspropOptions, rmsprop } from './family/rmsprop.js'
export { rmspropCentered } from './family/rmspropcentered.js'
export { type Lion, lion, signSgd, signSteps, signum } from './family/sign.js'
export { fromage, trustRatio } from './family/trust.js'

// What stands around optimizers.

export { type Accumulate, accumulation, summing } from './wrapper/accumulation.js'
export { averageEma, averageSwa, type Swa } from './wrapper/average.js'
export { type Clip, clipByNorm, clipByRms, clipByValue } from './wrapper/clip.js'
export { type Lookahead, lookahead } from './wrapper/lookahead.js'
export { freeze, masked, type OnSome, type Partition, partition } from './wrapper/parts.js'
export { ball, box, type ConvexSet, projection, simplex } from './wrapper/project.js'
export { type Skip, skipping } from './wrapper/skip.js'

// Schedules, and what makes them of others.

export * as combinators from './schedule/combinators.js'
export { decay, rate, schedule } from './schedule/schedule.js'

// What reads and writes JSON.

export { type Codec, codec } from './codec.js'

// Gradients.

export { autodiff, type ValueAndGrad } from './gradient/autodiff.js'
export { gradient, type OfGradient } from './gradient/gradient.js'
export { type Symbolic, symbolic } from './gradient/symbolic.js'

// For laws of one's own: gradients that find bugs, and runs along them.

export { type Drawn, type History, histories, type Vector, vectors } from './drawn/gradients.js'
export { alike, type From, rounding, run, type Step, stepsOf } from './run/run.js'

// All of it, by one name.

export * as laws from './index.js'
