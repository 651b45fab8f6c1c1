import * as tf from '@tensorflow/tfjs'
import { variables } from '../../src/expr/program.ts'
import { stages } from '../../src/expr/stages.ts'
import { advance, begin, type Optimizer, type Rule, tree } from '../../src/index.ts'
import { optimizers } from '../optimizers.ts'
import { type Contender, inTurns, type Row } from './turns.ts'

/**
 * Every optimizer that is a formula, four million parameters (more than caches hold), a step in place, against the memory traffic that it cannot avoid, as
 * memcpys: a stream for g, two for θ, two for each slot with a number an element, and one for whatever a norm is taken of, which
 * has to be known before anything is written; and against TensorFlow.js's where it has one.
 */
const SIZE = [2000, 2000]
const ELEMENTS = 4_000_000

const originals: Readonly<Record<string, () => tf.Optimizer>> = {
  adadelta: () => tf.train.adadelta(),
  adagrad: () => tf.train.adagrad(0.01),
  adam: () => tf.train.adam(),
  adamax: () => tf.train.adamax(),
  momentum: () => tf.train.momentum(0.01, 0.9),
  nesterov: () => tf.train.momentum(0.01, 0.9, true),
  rmsprop: () => tf.train.rmsprop(0.01),
  sgd: () => tf.train.sgd(0.01),
}

interface Ending extends Contender {
  end(): void
}

const ours = (optimizer: Optimizer, params: tf.Tensor, grad: tf.Tensor): Ending => {
  let carry = begin(optimizer, { p: params })
  const next = advance(optimizer)
  return {
    name: 'gradus',
    kernels: 'gradus',
    run: () => {
      carry = next(carry, { p: grad }, 1)
    },
    end: () => tree.dispose(carry),
  }
}

const original = (make: () => tf.Optimizer, params: tf.Tensor, grad: tf.Tensor): Ending => {
  const variable = tf.variable(params.mul(1))
  const optimizer = make()
  return {
    name: 'tf.train',
    kernels: 'tfjs',
    run: () => optimizer.applyGradients([{ name: variable.name, tensor: grad }]),
    end: () => {
      optimizer.dispose()
      variable.dispose()
    },
  }
}

/** So many streams of memory: a memcpy is two. */
const memcpys = (streams: number): Ending => {
  const pairs = Array.from({ length: Math.ceil(streams / 2) }, () => [tf.ones(SIZE), tf.zeros(SIZE)] as const)
  const { wasm, getMemoryOffset } = tf.backend() as unknown as {
    wasm: { HEAPF32: Float32Array }
    getMemoryOffset(id: object): number
  }
  const at = (x: tf.Tensor) => getMemoryOffset.call(tf.backend(), x.dataId) / 4
  return {
    name: `${streams / 2} memcpys`,
    kernels: 'memmove',
    run: () => {
      for (const [k, [from, to]] of pairs.entries())
        wasm.HEAPF32.copyWithin(at(to), at(from), at(from) + (2 * k + 1 === streams ? ELEMENTS / 2 : ELEMENTS))
    },
    end: () => tree.dispose(pairs),
  }
}

const streamsOf = ({ slots, step }: Rule): number => {
  const own = Object.values(slots).filter(({ per }) => per === 'element').length
  const reduced = stages(step).passes.map((pass) => {
    const args = Object.fromEntries(pass.map(({ name, arg }) => [name, arg]))
    return variables(args, ['element']).length
  })
  return 3 + 2 * own + reduced.reduce((a, b) => a + b, 0)
}

export const catalogueRows = function* (only: readonly string[] = Object.keys(optimizers)): Generator<Row> {
  const params = tf.randomNormal(SIZE, 0, 1, 'float32', 1)
  const grad = tf.randomNormal(SIZE, 0, 0.1, 'float32', 2)
  for (const [name, optimizer] of Object.entries(optimizers)) {
    const { rule } = optimizer
    if (!rule || !only.includes(name)) continue
    const make = originals[name]
    const contenders = [
      ours(optimizer, params, grad),
      memcpys(streamsOf(rule)),
      ...(make ? [original(make, params, grad)] : []),
    ]
    yield inTurns(name, contenders, 7)
    for (const { end } of contenders) end()
  }
  tree.dispose([params, grad])
}
