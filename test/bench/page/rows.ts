import * as tf from '@tensorflow/tfjs'
import { advance, begin, type Optimizer, tree } from '../../../src/index.ts'
import { tfjs } from '../../../src/presets/index.ts'
import { type Contender, inTurns, type Row } from '../turns.ts'
import type { Backend } from './backends.ts'

/**
 * Every rule that `tf.train` has too, by its formula and defaults: ours, fused and in place, against `applyGradients`. An epsilon of
 * theirs that is not given is the back end's: on WebGL 1e-4, with float32 textures too (4.22).
 */
type Pair = (epsilon: number) => readonly [ours: Optimizer, theirs: tf.Optimizer]
const PAIRS: Readonly<Record<string, Pair>> = {
  adam: (epsilon) => [tfjs.adam({ epsilon }), tf.train.adam()],
  sgd: () => [tfjs.sgd({ learningRate: 0.01 }), tf.train.sgd(0.01)],
  momentum: () => [tfjs.momentum({ learningRate: 0.01, momentum: 0.9 }), tf.train.momentum(0.01, 0.9)],
  adagrad: () => [tfjs.adagrad({ learningRate: 0.01 }), tf.train.adagrad(0.01)],
  rmsprop: (epsilon) => [tfjs.rmsprop({ learningRate: 0.01, epsilon }), tf.train.rmsprop(0.01)],
  adadelta: (epsilon) => [tfjs.adadelta({ epsilon }), tf.train.adadelta()],
  adamax: (epsilon) => [tfjs.adamax({ epsilon }), tf.train.adamax()],
}

export interface Measure {
  readonly rules: readonly string[]
  /**
   * How many rows and columns the one matrix has, and how many vectors of 256 there are. A large vector is a case of its own on
   * WebGL, where tfjs packs two of its numbers into a texel, of a matrix four: Adam on a million takes 16 ms, not 6, and tf.train 75, not 35.
   */
  readonly side: number
  readonly tensors: number
  readonly turns: number
  /** Of each turn, in ms. */
  readonly budget: number
}

interface Ending extends Contender {
  result(): tf.Tensor
  end(): void
}

type Named = Record<string, tf.Tensor>

const ours = (optimizer: Optimizer, params: Named, grads: Named, { finish }: Backend): Ending => {
  let carry = begin(optimizer, params)
  const next = advance(optimizer)
  const result = () => Object.values(carry.params).at(-1) as tf.Tensor
  return {
    name: 'gradus',
    kernels: 'gradus',
    run: () => {
      carry = next(carry, grads)
    },
    result,
    finish: finish && (() => finish(result())),
    end: () => tree.dispose(carry),
  }
}

const theirs = (optimizer: tf.Optimizer, params: Named, grads: Named, { finish }: Backend): Ending => {
  const variables = Object.values(params).map((x) => tf.variable(tree.copy(x)))
  const named = variables.map((v, i) => ({ name: v.name, tensor: grads[`p${i}`] as tf.Tensor }))
  const result = () => variables.at(-1) as tf.Tensor
  return {
    name: 'tf.train',
    kernels: 'tfjs',
    run: () => optimizer.applyGradients(named),
    result,
    finish: finish && (() => finish(result())),
    end: () => {
      optimizer.dispose()
      tree.dispose(variables)
    },
  }
}

const STEPS = 3

/** A benchmark of two that do not compute the same is none. */
const alike = (row: string, contenders: readonly Ending[]): void => {
  const [a, b] = contenders.map(({ run, result }) => {
    for (let i = 0; i < STEPS; i++) run()
    return result().dataSync()
  }) as [Float32Array, Float32Array]
  const off = a.reduce((worst, x, i) => Math.max(worst, Math.abs(x - (b[i] as number)) / (1 + Math.abs(x))), 0)
  if (!(off < 1e-4)) throw new Error(`bench: after ${STEPS} steps of ${row}, the two differ by ${off}`)
}

const normal = (shapes: readonly number[][], std: number, seed: number): Named =>
  Object.fromEntries(shapes.map((shape, i) => [`p${i}`, tf.randomNormal(shape, 0, std, 'float32', seed + i)]))

export const rowsOn = function* (backend: Backend, { rules, side, tensors, turns, budget }: Measure): Generator<Row> {
  const sizes = {
    [`${side} × ${side} parameters`]: [[side, side]],
    [`${tensors} tensors of 256`]: Array.from({ length: tensors }, () => [256]),
  }
  for (const [size, shapes] of Object.entries(sizes)) {
    const [params, grads] = [normal(shapes, 1, 1), normal(shapes, 0.1, 1000)]
    for (const rule of rules) {
      const pair = PAIRS[rule]
      if (!pair) throw new Error(`bench: tf.train has no "${rule}", expected some of ${Object.keys(PAIRS).join(', ')}`)
      const [optimizer, original] = pair(tf.backend().epsilon())
      const row = `${rule}: ${size}`
      const contenders = [ours(optimizer, params, grads, backend), theirs(original, params, grads, backend)]
      alike(row, contenders)
      yield inTurns(row, contenders, turns, budget)
      for (const { end } of contenders) end()
    }
    tree.dispose([params, grads])
  }
}
