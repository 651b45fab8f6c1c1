import type * as presets from '../presets/index.js'
import type { Schedule } from '../schedule/schedule.js'
import type { Signatures } from './signatures.js'

/** What other frameworks' schedules take. Each option may be null, where they have None. */

const iters = { lr: 'number!', totalIters: 'number' } as const
const lambda = { lr: 'number!', lrLambda: 'function!' } as const
const cycles = {
  lr: 'number',
  stepSizeUp: 'number',
  stepSizeDown: 'number',
  mode: ['triangular', 'triangular2', 'exp_range'],
  gamma: 'number',
  scaleFn: 'function',
  scaleMode: ['cycle', 'iterations'],
  cycleMomentum: 'flag',
  baseMomentum: 'number',
  maxMomentum: 'number',
} as const
const ANNEALING = ['cos', 'linear'] as const
const torchOneCycle = {
  lr: 'number',
  totalSteps: 'number',
  epochs: 'number',
  stepsPerEpoch: 'number',
  pctStart: 'number',
  annealStrategy: ANNEALING,
  cycleMomentum: 'flag',
  baseMomentum: 'number',
  maxMomentum: 'number',
  divFactor: 'number',
  finalDivFactor: 'number',
  threePhase: 'flag',
} as const

export const torch: Signatures<typeof presets.torch, Schedule> = {
  chainedScheduler: ['hypers!'],
  constantLR: [{ ...iters, factor: 'number' }],
  cosineAnnealingLR: [{ lr: 'number!', tMax: 'number!', etaMin: 'number' }],
  cosineAnnealingWarmRestarts: [{ lr: 'number!', t0: 'number!', tMult: 'number', etaMin: 'number' }],
  cyclicLR: [{ ...cycles, baseLr: 'number!', maxLr: 'number!' }],
  cyclicMomentum: [{ ...cycles, baseLr: 'number', maxLr: 'number' }],
  exponentialLR: [{ lr: 'number!', gamma: 'number!' }],
  lambdaLR: [lambda],
  linearLR: [{ ...iters, startFactor: 'number', endFactor: 'number' }],
  multiStepLR: [{ lr: 'number!', milestones: 'numbers!', gamma: 'number' }],
  multiplicativeLR: [lambda],
  oneCycleLR: [{ ...torchOneCycle, maxLr: 'number!' }],
  oneCycleMomentum: [{ ...torchOneCycle, maxLr: 'number' }],
  polynomialLR: [{ ...iters, power: 'number' }],
  sequentialLR: ['hypers!', 'numbers!'],
  stepLR: [{ lr: 'number!', stepSize: 'number!', gamma: 'number' }],
  swaLR: [{ lr: 'number!', swaLr: 'number!', annealEpochs: 'number', annealStrategy: ANNEALING }],
}

const exponential = { decaySteps: 'number!', decayRate: 'number!', staircase: 'flag' } as const
const polynomial = { decaySteps: 'number!', endLearningRate: 'number', power: 'number', cycle: 'flag' } as const
const restarts = { firstDecaySteps: 'number!', tMul: 'number', mMul: 'number', alpha: 'number' } as const
const boundaries = { boundaries: 'numbers!', values: 'numbers!' } as const
const initial = { initialLearningRate: 'number!' } as const
const rate = { learningRate: 'number!' } as const

export const keras: Signatures<typeof presets.keras, Schedule> = {
  cosineDecay: [{ ...initial, decaySteps: 'number!', alpha: 'number', warmupTarget: 'number', warmupSteps: 'number' }],
  cosineDecayRestarts: [{ ...initial, ...restarts }],
  exponentialDecay: [{ ...initial, ...exponential }],
  inverseTimeDecay: [{ ...initial, ...exponential }],
  piecewiseConstantDecay: [boundaries],
  polynomialDecay: [{ ...initial, ...polynomial }],
}

const wave = { decaySteps: 'number!', numPeriods: 'number', alpha: 'number', beta: 'number' } as const

export const tf1: Signatures<typeof presets.keras.tf1, Schedule> = {
  cosineDecay: [{ ...rate, decaySteps: 'number!', alpha: 'number' }],
  cosineDecayRestarts: [{ ...rate, ...restarts }],
  exponentialDecay: [{ ...rate, ...exponential }],
  inverseTimeDecay: [{ ...rate, ...exponential }],
  linearCosineDecay: [{ ...rate, ...wave }],
  naturalExpDecay: [{ ...rate, ...exponential }],
  noisyLinearCosineDecay: [{ ...rate, ...wave, initialVariance: 'number', varianceDecay: 'number', seed: 'number' }],
  piecewiseConstant: [boundaries],
  piecewiseConstantDecay: [boundaries],
  polynomialDecay: [{ ...rate, ...polynomial }],
}

const transition = {
  initValue: 'number!',
  endValue: 'number!',
  transitionSteps: 'number!',
  transitionBegin: 'number',
} as const
const decay = {
  initValue: 'number!',
  transitionSteps: 'number!',
  decayRate: 'number!',
  transitionBegin: 'number',
  staircase: 'flag',
  endValue: 'number',
} as const
const optaxOneCycle = {
  transitionSteps: 'number!',
  peakValue: 'number!',
  pctStart: 'number',
  divFactor: 'number',
  finalDivFactor: 'number',
} as const

export const warmupCosine = {
  initValue: 'number!',
  peakValue: 'number!',
  warmupSteps: 'number!',
  decaySteps: 'number!',
  endValue: 'number',
  exponent: 'number',
} as const

export const optax: Signatures<typeof presets.optax, Schedule> = {
  constantSchedule: [{ value: 'number!' }],
  cosineDecaySchedule: [{ initValue: 'number!', decaySteps: 'number!', alpha: 'number', exponent: 'number' }],
  cosineOnecycleSchedule: [optaxOneCycle],
  exponentialDecay: [decay],
  joinSchedules: ['hypers!', 'numbers!'],
  linearOnecycleSchedule: [{ ...optaxOneCycle, pctFinal: 'number' }],
  linearSchedule: [transition],
  piecewiseConstantSchedule: [{ initValue: 'number!', boundariesAndScales: 'scales' }],
  piecewiseInterpolateSchedule: [
    { interpolateType: ['linear', 'cosine'], initValue: 'number!', boundariesAndScales: 'scales' },
  ],
  polynomialSchedule: [{ ...transition, power: 'number!' }],
  sgdrSchedule: ['waves!'],
  warmupConstantSchedule: [{ initValue: 'number!', peakValue: 'number!', warmupSteps: 'number!' }],
  warmupCosineDecaySchedule: [warmupCosine],
  warmupExponentialDecaySchedule: [{ ...decay, peakValue: 'number!', warmupSteps: 'number!' }],
}
