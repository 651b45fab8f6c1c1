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

export { backends } from './backends.js'
export type { Mine } from './mine.js'
export { optimizer } from './optimizer.js'
export { rule } from './rule.js'

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
} from './claims.js'
export { boundedByLr, constantGradient, linearInLr, type RateClaim, type Rated } from './rates.js'

// What some can: of their steps, of a slot, of their way down a surface, of another optimizer.

export { type Bound, bounded } from './bounded.js'
export { type Convergence, converges } from './converges.js'
export { effectiveRate } from './effectiverate.js'
export { type Equality, equal } from './equal.js'
export { distanceFromBelow, monotone } from './monotone.js'
export { nesterovRate, polyakRate } from './polyakrate.js'
export { type Decaying, decoupledDecay, l2 } from './weightdecay.js'

// What families of optimizers do.

export { type AdadeltaOptions, adadelta } from './adadelta.js'
export { type AdagradForm, type AdagradOptions, adagrad } from './adagrad.js'
export { type AdamOptions, adam, adamBound } from './adam.js'
export { adamax, adamaxBound } from './adamax.js'
export { amsgrad } from './amsgrad.js'
export { dog, dowg } from './distance.js'
export { gradientDescent } from './gradientdescent.js'
export { type Lamb, lamb } from './lamb.js'
export { type Lars, lars } from './lars.js'
export {
  type Averaging,
  debiasedAverage,
  heavyBall,
  momentum,
  movingAverage,
  polyakMomentum,
  type Rolling,
  trace,
} from './momentum.js'
export { lookingAhead, nesterov, nesterovAhead, nesterovInside } from './nesterov.js'
export { type Muon, orthogonal } from './orthogonal.js'
export { type RadamForm, radam } from './radam.js'
export { type ReddiOptions, reddi } from './reddi.js'
export { type RmspropOptions, rmsprop } from './rmsprop.js'
export { rmspropCentered } from './rmspropcentered.js'
export { type Lion, lion, signSgd, signSteps, signum } from './sign.js'
export { fromage, trustRatio } from './trust.js'

// What stands around optimizers.

export { type Accumulate, accumulation, summing } from './accumulation.js'
export { averageEma, averageSwa, type Swa } from './average.js'
export { type Clip, clipByNorm, clipByRms, clipByValue } from './clip.js'
export { type Lookahead, lookahead } from './lookahead.js'
export { freeze, masked, type OnSome, type Partition, partition } from './parts.js'
export { ball, box, type ConvexSet, projection, simplex } from './project.js'
export { type Skip, skipping } from './skip.js'

// Schedules, and what makes them of others.

export * as combinators from './combinators.js'
export { decay, rate, schedule } from './schedule.js'

// What reads and writes JSON.

export { type Codec, codec } from './codec.js'

// Gradients.

export { autodiff, type ValueAndGrad } from './autodiff.js'
export { gradient, type OfGradient } from './gradient.js'
export { type Symbolic, symbolic } from './symbolic.js'

// For laws of one's own: gradients that find bugs, and runs along them.

export { type Drawn, type History, histories, type Vector, vectors } from './gradients.js'
export { alike, type From, rounding, run, type Step, stepsOf } from './run.js'

// All of it, by one name.

export * as laws from './index.js'
