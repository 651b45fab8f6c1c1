import { type Schedule, schedule as s } from 'gradus'
import { keras, optax, torch } from 'gradus/presets'
import type { Law } from '../../../laws/law.ts'
import * as combinators from '../../../laws/schedule/combinators.ts'
import { decay, rate, schedule } from '../../../laws/schedule/schedule.ts'
import { combined, decays, others } from '../../schedules.ts'

/** What each schedule and combinator obeys, by its public name. */
type Held = Readonly<Record<string, readonly Law[]>>

const plus = (x: number, y: number): number => x + y
const times = (x: number, y: number): number => x * y

/** Beyond what any rate obeys. */
const more: Held = {
  linear: combinators.linear(s.linear),
  cosine: combinators.cosine(s.cosine),
  polynomial: combinators.polynomial(s.polynomial),
  chain: combinators.chain(s.chain),
  warmup: combinators.warmup(s.warmup),
  ramp: combinators.ramp(s.ramp),
  cycle: combinators.cycle(s.cycle),
  scale: combinators.pointwise(s.scale, times),
  offset: combinators.pointwise(s.offset, plus),
  add: combinators.pointwise(s.add, plus),
  mul: combinators.pointwise(s.mul, times),
  min: combinators.pointwise(s.min, Math.min),
  max: combinators.pointwise(s.max, Math.max),
  delay: combinators.delay(s.delay),
  stretch: combinators.stretch(s.stretch),
  reverse: combinators.reverse(s.reverse),
  hold: combinators.hold(s.hold),
  staircase: combinators.staircase(s.staircase),
}

const torchs = { lr: 0.5, gamma: 0.9, stepSize: 7, totalIters: 20, tMax: 30, etaMin: 0.01 }
const kerass = { initialLearningRate: 0.5, learningRate: 0.5, decaySteps: 20, decayRate: 0.9 }
const optaxs = { initValue: 0.5, transitionSteps: 20, decayRate: 0.9, decaySteps: 20 }
const pieces = { boundaries: [10, 40], values: [1, 0.5, 0.1] }
const wave = { initValue: 0.1, peakValue: 1, warmupSteps: 5, decaySteps: 30, endValue: 0.01 }

const presets: Readonly<Record<string, readonly [(s: Schedule) => readonly Law[], Schedule]>> = {
  'torch.constantLR': [rate, torch.constantLR({ ...torchs, factor: 0.5 })],
  'torch.cosineAnnealingLR': [rate, torch.cosineAnnealingLR(torchs)],
  'torch.cosineAnnealingWarmRestarts': [rate, torch.cosineAnnealingWarmRestarts({ lr: 0.5, t0: 10, tMult: 2 })],
  'torch.cyclicLR': [rate, torch.cyclicLR({ baseLr: 0.1, maxLr: 1, stepSizeUp: 10, mode: 'triangular2' })],
  'torch.exponentialLR': [decay, torch.exponentialLR(torchs)],
  'torch.linearLR': [rate, torch.linearLR(torchs)],
  'torch.multiStepLR': [decay, torch.multiStepLR({ lr: 0.5, milestones: [10, 40] })],
  'torch.polynomialLR': [decay, torch.polynomialLR({ ...torchs, power: 1.5 })],
  'torch.stepLR': [decay, torch.stepLR(torchs)],
  'torch.swaLR': [decay, torch.swaLR({ lr: 0.5, swaLr: 0.05 })],
  'keras.cosineDecay': [decay, keras.cosineDecay({ ...kerass, alpha: 0.1 })],
  'keras.cosineDecayRestarts': [rate, keras.cosineDecayRestarts({ ...kerass, firstDecaySteps: 10 })],
  'keras.exponentialDecay': [decay, keras.exponentialDecay({ ...kerass, staircase: true })],
  'keras.inverseTimeDecay': [decay, keras.inverseTimeDecay(kerass)],
  'keras.piecewiseConstantDecay': [decay, keras.piecewiseConstantDecay(pieces)],
  'keras.polynomialDecay': [decay, keras.polynomialDecay({ ...kerass, power: 2 })],
  'keras.tf1.linearCosineDecay': [decay, keras.tf1.linearCosineDecay(kerass)],
  'keras.tf1.naturalExpDecay': [decay, keras.tf1.naturalExpDecay(kerass)],
  'keras.tf1.noisyLinearCosineDecay': [schedule, keras.tf1.noisyLinearCosineDecay(kerass)],
  'optax.constantSchedule': [decay, optax.constantSchedule({ value: 0.5 })],
  'optax.cosineDecaySchedule': [decay, optax.cosineDecaySchedule({ ...optaxs, alpha: 0.1, exponent: 2 })],
  'optax.exponentialDecay': [decay, optax.exponentialDecay({ ...optaxs, transitionBegin: 5 })],
  'optax.linearSchedule': [decay, optax.linearSchedule({ ...optaxs, endValue: 0.1 })],
  'optax.polynomialSchedule': [decay, optax.polynomialSchedule({ ...optaxs, endValue: 0.1, power: 2 })],
  'optax.sgdrSchedule': [rate, optax.sgdrSchedule([wave, wave])],
  'optax.warmupCosineDecaySchedule': [rate, optax.warmupCosineDecaySchedule(wave)],
}

const under = (prefix: string, held: readonly (readonly [string, readonly Law[]])[]): Held =>
  Object.fromEntries(held.map(([name, laws]) => [`${prefix}${name}`, laws]))

const obeying = (of: (s: Schedule) => readonly Law[], those: Readonly<Record<string, Schedule>>) =>
  Object.entries(those).map(([name, one]) => [name, [...of(one), ...(more[name] ?? [])]] as const)

export const held: Held = {
  ...under('schedule.', [...obeying(decay, decays), ...obeying(rate, { ...others, ...combined })]),
  'schedule.zeroBased': combinators.zeroBased(s.zeroBased),
  'schedule.MonoidSum': combinators.monoid(s.MonoidSum, plus),
  'schedule.MonoidProduct': combinators.monoid(s.MonoidProduct, times),
  'schedule.MonoidMin': combinators.monoid(s.MonoidMin, Math.min),
  'schedule.MonoidMax': combinators.monoid(s.MonoidMax, Math.max),
  ...under(
    '',
    Object.entries(presets).map(([name, [of, one]]) => [name, of(one)] as const),
  ),
}
