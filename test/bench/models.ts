import * as tf from '@tensorflow/tfjs'
import { type KernelConfig, type KernelFunc, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core'
import { lossOf, type Params, paramsOf, type Size } from '../../docs/examples/language-model/model.ts'
import { installKernels, restoreKernels } from '../../src/autodiff/kernels.ts'
import { adamw, advance, begin, initializer, type Tensors, tree, valueAndGrad } from '../../src/index.ts'
import { convolutional } from '../models/convolutional.ts'
import { symbols } from '../models/data.ts'
import { type Model, model } from '../models/model.ts'
import { perceptron } from '../models/perceptron.ts'
import { recurrent } from '../models/recurrent.ts'
import { transformer } from '../models/transformer.ts'
import { type Contender, inTurns, type Row } from './turns.ts'

/**
 * A whole step of training, forward, backward and AdamW, of models of plain tf.* code: against `minimize` of TensorFlow.js with its Adam, on
 * its own WASM kernels where it has them all and else on its plain JavaScript back end; and against the model's products alone.
 */
const SIZE: Size = { symbols: 145, context: 64, width: 64, heads: 4, layers: 2 }

/** That of `npm start`. */
const languageModel = (batch = 16): Model =>
  model({
    name: `language model of npm start, ${SIZE.layers} × width ${SIZE.width}, context ${SIZE.context}, batch ${batch}`,
    params: () => paramsOf(SIZE, initializer(1)),
    batch: (i) => ({ tokens: symbols(i, [batch, SIZE.context + 1], SIZE.symbols) }),
    loss: (params: Params, { tokens }) => {
      const part = (from: number) => tokens.slice([0, from], [batch, SIZE.context]) as tf.Tensor2D
      return lossOf(SIZE, params, part(0), part(1))
    },
  })

const MODELS = [perceptron(), convolutional(), recurrent(), transformer(), languageModel()]

const ours = ({ params, loss }: Model, data: Tensors): Contender & { end(): void } => {
  const optimizer = adamw()
  const given = params()
  let carry = begin(optimizer, given)
  tree.dispose(given)
  const gradient = valueAndGrad(loss)
  return {
    name: 'adamw',
    kernels: 'gradus',
    prepare: installKernels,
    run: () => {
      const [value, grads] = gradient(carry.params, data, carry.t)
      carry = advance(optimizer)(carry, grads)
      tree.dispose([value, grads])
    },
    end: () => tree.dispose(carry),
  }
}

const stock = ({ params, loss }: Model, data: Tensors): Contender & { end(): void } => {
  const given = params()
  const variables = tree.map((x) => tf.variable(x as tf.Tensor), given)
  const optimizer = tf.train.adam()
  let t = 0
  return {
    name: 'tf.train.adam, minimize',
    kernels: 'tfjs',
    prepare: restoreKernels,
    run: () => {
      optimizer.minimize(() => loss(variables as Tensors, data, t++))
    },
    end: () => {
      optimizer.dispose()
      tree.dispose([given, variables])
    },
  }
}

const PRODUCTS = [
  'BatchMatMul',
  '_FusedMatMul',
  'Conv2D',
  'Conv2DBackpropFilter',
  'Conv2DBackpropInput',
  'DepthwiseConv2dNative',
  'DepthwiseConv2dNativeBackpropFilter',
  'DepthwiseConv2dNativeBackpropInput',
]

type Call = { readonly kernel: string; readonly inputs: Record<string, tf.Tensor>; readonly attrs: object }

/** Runs `f` with other kernels in the place of those of WASM, which are put back. */
const withKernels = (instead: (kernel: KernelConfig) => KernelFunc, f: () => void): void => {
  const kernels = tf.getKernelsForBackend('wasm')
  const put = (kernel: KernelConfig) => {
    unregisterKernel(kernel.kernelName, 'wasm')
    registerKernel(kernel)
  }
  for (const kernel of kernels) put({ ...kernel, kernelFunc: instead(kernel) })
  f()
  for (const kernel of kernels) put(kernel)
}

/** The products of a step, each once more by itself. */
const products = (step: () => void): Contender & { end(): void } => {
  const calls: Call[] = []
  withKernels(({ kernelName, kernelFunc }) => {
    if (!PRODUCTS.includes(kernelName)) return kernelFunc
    return (given) => {
      const inputs = tree.map((x) => tf.keep(tf.randomNormal((x as tf.Tensor).shape)), given.inputs as never)
      calls.push({ kernel: kernelName, inputs: inputs as never, attrs: given.attrs as object })
      return kernelFunc(given)
    }
  }, step)
  return {
    name: 'its products alone',
    kernels: 'gradus',
    prepare: installKernels,
    run: () => {
      for (const { kernel, inputs, attrs } of calls)
        tree.dispose(tf.engine().runKernel(kernel, inputs as never, attrs as never))
    },
    end: () => tree.dispose(calls.map(({ inputs }) => inputs)),
  }
}

const STEPS = 20

/** Where a step's time goes: products, the other kernels, the most costly of them by name, and what is no kernel (tfjs's tape, its random numbers). */
const profile = (step: () => void): string => {
  const times = new Map<string, number>()
  let whole = 0
  withKernels(
    ({ kernelName, kernelFunc }) =>
      (given) => {
        const start = performance.now()
        const made = kernelFunc(given)
        times.set(kernelName, (times.get(kernelName) ?? 0) + performance.now() - start)
        return made
      },
    () => {
      for (let i = 0; i < STEPS; i++) step()
      times.clear()
      const start = performance.now()
      for (let i = 0; i < STEPS; i++) step()
      whole = performance.now() - start
    },
  )
  const share = (ms: number): string => `${Math.round((100 * ms) / whole)} %`
  const total = (pairs: readonly (readonly [string, number])[]) => pairs.reduce((sum, [, ms]) => sum + ms, 0)
  const all = [...times].sort(([, a], [, b]) => b - a)
  const others = all.filter(([name]) => !PRODUCTS.includes(name))
  const most = others.slice(0, 4).map(([name, ms]) => `${name} ${share(ms)}`)
  return (
    `products ${share(total(all) - total(others))}, other kernels ${share(total(others))} (${most.join(', ')}), ` +
    `between kernels ${share(whole - total(all))}`
  )
}

/** Why it cannot be trained on tfjs's own WASM kernels, if so. */
const failure = ({ prepare, run }: Contender): string | undefined => {
  prepare?.()
  try {
    run()
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

/** One step on tfjs's plain JavaScript back end, which takes seconds. */
const onCpu = async (model: Model): Promise<number> => {
  await tf.setBackend('cpu')
  const data = model.batch(1)
  const { run, end } = stock(model, data)
  const start = performance.now()
  run()
  const took = performance.now() - start
  end()
  tree.dispose(data)
  await tf.setBackend('wasm')
  return took
}

export const modelRows = async function* (): AsyncGenerator<Row> {
  for (const one of MODELS) {
    const data = one.batch(1)
    const [mine, tfjs] = [ours(one, data), stock(one, data)]
    const why = failure(tfjs)
    installKernels()
    const alone = products(mine.run)
    const parts = profile(mine.run)
    const contenders = [mine, ...(why === undefined ? [tfjs] : []), alone]
    const { row, figures } = inTurns(`a step of the ${one.name}`, contenders)
    for (const { end } of [mine, tfjs, alone]) end()
    tree.dispose(data)
    if (why === undefined) yield { row, figures, note: parts }
    else {
      const [ms, step] = [await onCpu(one), figures[0]?.ms as number]
      const cpu = { name: 'tf.train.adam, minimize', kernels: 'tfjs, cpu', ms, ratio: ms / step }
      yield { row, figures: [...figures, cpu], note: `${parts}; tfjs on WASM: ${why}; on its plain back end, one step` }
    }
  }
}
