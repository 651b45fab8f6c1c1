import * as tf from '@tensorflow/tfjs'
import { adam, adamw, advance, begin, chain, clipByGlobalNorm, type Optimizer, tree } from '../../src/index.ts'
import { step } from '../../src/train/advance.ts'
import { type Contender, inTurns, type Row } from './turns.ts'

/** Steps of an optimizer alone: gradients are given, θ and the slots are in the heap. */
type Named = Record<string, tf.Tensor>

interface Size {
  readonly name: string
  readonly shapes: readonly number[][]
}

export const SIZES: readonly Size[] = [
  { name: '1 M parameters', shapes: [[1000, 1000]] },
  { name: '10 M parameters', shapes: [[1000, 10_000]] },
  { name: '100 tensors of 256', shapes: Array.from({ length: 100 }, () => [256]) },
]

const normal = (shapes: readonly number[][], std: number): Named =>
  Object.fromEntries(shapes.map((shape, i) => [`p${i}`, tf.randomNormal(shape, 0, std, 'float32', i + 1)]))

interface Heap {
  wasm: { HEAPF32: Float32Array }
  getMemoryOffset(id: object): number
}
const heap = () => tf.backend() as unknown as Heap
const place = (x: tf.Tensor) => heap().getMemoryOffset(x.dataId) / 4

const ours = (name: string, optimizer: Optimizer, params: Named, grads: Named): Contender & { end(): void } => {
  let carry = begin(optimizer, params)
  const next = advance(optimizer)
  return {
    name,
    kernels: 'gradus',
    run: () => {
      carry = next(carry, grads)
    },
    end: () => tree.dispose(carry),
  }
}

const tfjsAdam = (params: Named, grads: Named): Contender & { end(): void } => {
  const variables = Object.values(params).map((x) => tf.variable(x.mul(1)))
  const optimizer = tf.train.adam(1e-3)
  const named = variables.map((v, i) => ({ name: v.name, tensor: grads[`p${i}`] as tf.Tensor }))
  return {
    name: 'tf.train.adam',
    kernels: 'tfjs',
    run: () => optimizer.applyGradients(named),
    end: () => {
      optimizer.dispose()
      tree.dispose(variables)
    },
  }
}

/** θ, m and v once each from one place of the heap to another. */
const memcpys = (shapes: readonly number[][]): Contender & { end(): void } => {
  const from = shapes.flatMap((shape) => [0, 1, 2].map(() => tf.ones(shape)))
  const to = from.map((x) => tf.zeros(x.shape))
  return {
    name: 'three memcpys',
    kernels: 'memmove',
    run: () => {
      const { HEAPF32 } = heap().wasm
      for (const [i, x] of from.entries()) HEAPF32.copyWithin(place(to[i] as tf.Tensor), place(x), place(x) + x.size)
    },
    end: () => tree.dispose([from, to]),
  }
}

export const optimizerRows = function* (): Generator<Row> {
  for (const { name, shapes } of SIZES) {
    const params = normal(shapes, 1)
    const grads = normal(shapes, 0.1)
    const optimizers = { adam: adam(), 'clipByGlobalNorm, adamw': chain(clipByGlobalNorm(1), adamw()) }
    for (const [label, optimizer] of Object.entries(optimizers)) {
      const contenders = [ours(label, optimizer, params, grads), tfjsAdam(params, grads), memcpys(shapes)]
      yield inTurns(`${label}: ${name}`, contenders)
      for (const { end } of contenders) end()
    }
    tree.dispose([params, grads])
  }
}

/** What the look at the gradient's finiteness costs that `train` takes before it writes. */
export const guardRow = (): Row => {
  const params = normal([[1000, 1000]], 1)
  const grads = normal([[1000, 1000]], 0.1)
  const optimizer = adam()
  const guarded = (name: string, guard: boolean): Contender & { end(): void } => {
    let carry = begin(optimizer, params)
    return {
      name,
      kernels: 'gradus',
      run: () => {
        carry = step(optimizer, carry, { grads, guard }) as typeof carry
      },
      end: () => tree.dispose(carry),
    }
  }
  const contenders = [guarded('unguarded', false), guarded('guarded', true)]
  const row = inTurns('adam: 1 M parameters, guarded', contenders)
  for (const { end } of contenders) end()
  tree.dispose([params, grads])
  return row
}

/**
 * Dead units: their gradient is 0, and their moments, which start just above the subnormal range here, decay into it. Twenty
 * steps of that against twenty with moments of ordinary size.
 */
export const subnormalRow = (): Row => {
  const params = normal([[1000, 1000]], 1)
  const grads = { p0: tf.zeros([1000, 1000]) }
  const optimizer = adam()
  const from = (name: string, value: number): Contender & { end(): void } => {
    let carry = begin(optimizer, params)
    return {
      name,
      kernels: 'gradus',
      prepare: () => {
        for (const x of tree.tensors(carry.state)) heap().wasm.HEAPF32.fill(value, place(x), place(x) + x.size)
      },
      run: () => {
        for (let i = 0; i < 20; i++) carry = advance(optimizer)(carry, grads)
      },
      end: () => tree.dispose(carry),
    }
  }
  const contenders = [from('20 steps, ordinary state', 1e-3), from('20 steps, subnormal state', 1.2e-38)]
  const row = inTurns('adam: 1 M parameters, subnormal', contenders)
  for (const { end } of contenders) end()
  tree.dispose([params, grads])
  return row
}
