import type { Kind } from '../built.js'
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

export type Signatures<Module, Makes> = {
  // biome-ignore lint/suspicious/noExplicitAny: any constructor
  readonly [K in keyof Module as Module[K] extends (...args: any[]) => Makes ? K : never]: Module[K] extends (
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
