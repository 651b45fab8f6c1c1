import * as tf from '@tensorflow/tfjs'
import { type Arrays, type Tensors, tree } from 'gradus'
import keras from './keras-optimizers.json?raw'
import optax from './optax-optimizers.json?raw'
import transforms from './optax-transforms.json?raw'
import torch from './torch-optimizers.json?raw'

/**
 * What a framework itself did, in float64, step by step: the gradients (and losses) it was given, and the parameters after
 * each step or, of a transformation, what it made of each gradient.
 */
export interface Recording {
  readonly id: string
  readonly optimizer: string
  /** The keyword arguments that were passed, under the framework's names. */
  readonly options: Readonly<Record<string, unknown>>
  readonly params0: Leaves
  readonly grads: readonly Leaves[]
  /** The loss and the Hessian's diagonal at each step, where they were passed. */
  readonly extra_args?: readonly { readonly value?: number; readonly hessian_diag?: Leaves }[]
  /** θ after each step. */
  readonly params?: readonly Leaves[]
  /** Δθ at each step. */
  readonly updates?: readonly Leaves[]
  /** A transformation's θ at each step; what has none does not look at it. */
  readonly params_in?: readonly Leaves[]
  /** What is evaluated after each step, if it is not θ. */
  readonly eval_params?: readonly Leaves[]
  readonly slow_params?: readonly Leaves[]
}

/** Leaves by name: numbers, nested as deep as the leaf has axes. */
export type Leaves = Readonly<Record<string, Nested>>
type Nested = number | readonly Nested[]

const FILES = { torch, keras, optax, 'optax-transforms': transforms } as const
export type Framework = keyof typeof FILES
export const FRAMEWORKS = Object.keys(FILES) as readonly Framework[]

const NOT_FINITE: readonly unknown[] = ['NaN', 'Infinity', '-Infinity']

/** Numbers that JSON has no word for were written as strings. */
export const recordings = (framework: Framework): readonly Recording[] => {
  const { cases } = JSON.parse(FILES[framework], (_, x) => (NOT_FINITE.includes(x) ? Number(x) : x)) as {
    cases: Recording[]
  }
  return cases
}

const leafwise = <A>(f: (leaf: Nested) => A, leaves: Leaves): Readonly<Record<string, A>> =>
  Object.fromEntries(Object.entries(leaves).map(([name, leaf]) => [name, f(leaf)]))

const flat = (leaf: Nested): readonly number[] => (typeof leaf === 'number' ? [leaf] : leaf.flatMap(flat))

export const asArrays = (leaves: Leaves) => leafwise((leaf) => Float64Array.from(flat(leaf)), leaves) satisfies Arrays

export const asTensors = (leaves: Leaves) =>
  leafwise((leaf) => tf.tensor(leaf as tf.TensorLike, undefined, 'float32'), leaves) satisfies Tensors

/** The rate of the path along which Optax's transformations were recorded, where they look at θ. */
export const ALONG = 0.1

/** θ after each step; of a transformation, along θ ← θ − 0.1 · update. */
export const pathOf = ({ params0, params, updates = [] }: Recording): readonly Arrays[] => {
  if (params) return params.map(asArrays)
  const path: Arrays[] = [asArrays(params0)]
  for (const update of updates)
    path.push(
      tree.map(
        (x: Float64Array, d: Float64Array) => x.map((a, i) => a - ALONG * (d[i] as number)),
        path.at(-1) as Arrays,
        asArrays(update),
      ),
    )
  return path.slice(1)
}
