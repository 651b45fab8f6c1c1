import type { Kind } from '../built.js'
import type * as presets from '../presets/index.js'
import type * as ours from '../schedule/index.js'
import type { Combinator, Schedule } from '../schedule/schedule.js'

/**
 * What the constructors and combinators of schedules take, in the words of `built`: those of optimizers bear their
 * signatures themselves. The type checker demands one for each that there is, and a kind for each option.
 */
type Word =
  | Kind
  /** Schedules, one or more. */
  | 'hypers'
  /** What chain has: `[duration, schedule]`, and a schedule for the last. */
  | 'piece'
  /** Numbers by the count at which they matter. */
  | 'scales'
  /** The options of each wave. */
  | 'waves'

type Said<X> = (undefined extends X ? Word : `${Word}!`) | (X extends string | undefined ? readonly string[] : never)
type Options<X> = { readonly [K in keyof X]-?: Said<X[K]> }
type Each<Args extends readonly unknown[]> = {
  readonly [I in keyof Args]-?:
    | Said<Args[I]>
    | (NonNullable<Args[I]> extends object ? Options<NonNullable<Args[I]>> : never)
}
type Rest = { readonly rest: Word }

type Signatures<Module, Makes> = {
  readonly [K in keyof Module as Module[K] extends (...args: never[]) => Makes ? K : never]: Module[K] extends (
    ...args: infer Args
  ) => unknown
    ? Each<Args> | Rest
    : never
}

const SHAPES = ['linear', 'cosine', 'sqrt', 'exponential', 'constant']
const TAILS = ['linear', 'cosine', 'sqrt']

const over = { from: 'number!', to: 'number', over: 'number!' } as const
const cyclical = { from: 'number!', to: 'number!', up: 'number!', down: 'number' } as const
const oneCycle = {
  peak: 'number!',
  over: 'number!',
  rise: 'number',
  fall: 'number',
  from: 'number',
  to: 'number',
} as const
const points = { at: 'numbers!', values: 'numbers!' } as const
const linearCosine = { from: 'number!', over: 'number!', periods: 'number', alpha: 'number', beta: 'number' } as const

export const constructors: Signatures<typeof ours, Schedule> = {
  chain: { rest: 'piece' },
  constant: ['number!'],
  cosine: [{ ...over, exponent: 'number' }],
  cosineRestarts: [{ ...over, growth: 'number', decay: 'number' }],
  eluTransition: [{ center: 'number!', period: 'number!' }],
  expRange: [{ ...cyclical, rate: 'number!' }],
  exponential: [{ from: 'number!', rate: 'number!', over: 'number', to: 'number' }],
  inverse: [{ from: 'number!' }],
  inverseSqrt: [{ from: 'number!', offset: 'number' }],
  inverseTime: [{ from: 'number!', rate: 'number!', over: 'number' }],
  linear: [over],
  linearCosine: [linearCosine],
  multiStep: [{ from: 'number!', rate: 'number', at: 'numbers!' }],
  naturalExponential: [{ from: 'number!', rate: 'number!', over: 'number' }],
  noam: [{ model: 'number!', warmup: 'number', factor: 'number' }],
  noisyLinearCosine: [{ ...linearCosine, seed: 'number', variance: 'number', varianceDecay: 'number' }],
  oneCycle: [oneCycle],
  oneCycleLinear: [oneCycle],
  piecewise: [points],
  piecewiseCosine: [points],
  piecewiseLinear: [points],
  polynomial: [{ ...over, power: 'number' }],
  polynomialCycle: [{ ...over, power: 'number' }],
  step: [{ from: 'number!', rate: 'number', every: 'number!', to: 'number' }],
  triangular: [cyclical],
  triangular2: [cyclical],
  wsd: [
    {
      peak: 'number!',
      warmup: 'number!',
      stable: 'number!',
      decay: 'number!',
      from: 'number',
      to: 'number',
      shape: TAILS,
    },
  ],
  zeroBased: ['hyper!'],
}

/** The schedule that they are applied to is the last of their arguments. */
export const combinators: Signatures<typeof ours, Combinator> = {
  add: ['hyper!'],
  clamp: ['number!', 'number!'],
  cycle: ['number!', { growth: 'number', decay: 'number' }],
  delay: ['number!'],
  hold: ['number!'],
  linearScaling: [{ batch: 'number!', reference: 'number', over: 'number' }],
  map: ['function!'],
  max: ['hyper!'],
  min: ['hyper!'],
  mul: ['hyper!'],
  offset: ['number!'],
  ramp: ['number!'],
  reverse: ['number!'],
  scale: ['number!'],
  staircase: ['number!'],
  stretch: ['number!'],
  warmup: ['number!', { from: 'number', shape: SHAPES }],
}

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
